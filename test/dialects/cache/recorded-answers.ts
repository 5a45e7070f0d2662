import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Backend, DialectName } from "../../../src/dialects/dialect.ts";
import { backendOf } from "../../../src/dialects/index.ts";

const ROOT = join(import.meta.dirname, "../../fixtures");

const DIALECTS: Readonly<Record<string, DialectName>> = {
  "openai-chat": "openai-chat",
  "openai-compat": "openai-chat",
  "openai-completions": "openai-completions",
  "openai-responses": "openai-responses",
  "openai-responses-compat": "openai-responses",
  "openai-responses-extra": "openai-responses",
  "anthropic-messages": "anthropic-messages",
  gemini: "gemini",
  "bedrock-converse": "bedrock-converse",
};

/** What an answer means, by the fixtures' own reading. */
interface Normalized {
  readonly text: string;
  readonly tool_calls: readonly unknown[];
  readonly finish: string | null;
  readonly usage: unknown;
  readonly error: unknown;
  readonly complete: boolean;
}

/** An answer as a provider sent it. */
export interface RecordedAnswer {
  readonly name: string;
  readonly dialect: DialectName;
  readonly backend: Backend;
  readonly form: "json" | "stream";
  readonly bytes: Uint8Array;
  readonly normalized: Normalized;
}

interface Step {
  readonly dir: string;
  readonly http?: { readonly protocol?: string };
  readonly normalized?: Normalized;
  readonly "normalized.response"?: Normalized;
}

/** Every recorded answer of every dialect that a provider speaks. */
export function recordedAnswers(): readonly RecordedAnswer[] {
  return Object.entries(DIALECTS).flatMap(([protocol, dialect]) =>
    readdirSync(join(ROOT, protocol))
      .toSorted()
      .flatMap((title) => {
        const { steps } = JSON.parse(readFileSync(join(ROOT, protocol, title, "case.json"), "utf8")) as {
          steps: readonly Step[];
        };
        const own = steps.filter(({ http }) => DIALECTS[http?.protocol ?? protocol] === dialect);
        return own.flatMap((step) => answersOf(join(protocol, title, step.dir), step, dialect));
      }),
  );
}

function answersOf(name: string, step: Step, dialect: DialectName): readonly RecordedAnswer[] {
  const { normalized } = step;
  if (normalized === undefined) return [];
  const common = { name, dialect, backend: backendOf(dialect) };
  const json = read(name, "response.json");
  const stream = read(name, "stream.sse") ?? decode(read(name, "stream.eventstream.b64"));
  return [
    ...(json === null
      ? []
      : [{ ...common, form: "json" as const, bytes: json, normalized: step["normalized.response"] ?? normalized }]),
    ...(stream === null ? [] : [{ ...common, form: "stream" as const, bytes: stream, normalized }]),
  ];
}

function read(name: string, file: string): Uint8Array | null {
  const path = join(ROOT, name, file);
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
}

function decode(base64: Uint8Array | null): Uint8Array | null {
  return base64 === null ? null : new Uint8Array(Buffer.from(new TextDecoder().decode(base64), "base64"));
}
