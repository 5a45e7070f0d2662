import { existsSync, readdirSync, readFileSync } from "node:fs";
import { at, type BodyKind, type JudgedSurface, listAt, textAt } from "./judged.ts";
import type { Outcome } from "./outcome.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
const FOLDERS: readonly (readonly [folder: string, surface: JudgedSurface, kind: BodyKind])[] = [
  ["openai-chat", "openai-chat", "chat"],
  ["openai-completions", "openai-completions", "chat"],
  ["openai-responses", "openai-responses", "chat"],
  ["anthropic-messages", "anthropic-messages", "chat"],
  ["anthropic-count-tokens", "anthropic-messages", "count"],
  ["gemini", "gemini", "chat"],
  ["gemini-count-tokens", "gemini", "count"],
];

interface RecordedAnswer {
  /** `folder/case/step`. */
  readonly name: string;
  readonly surface: JudgedSurface;
}

/** A whole stream that a provider sent. */
export interface RecordedStream extends RecordedAnswer {
  readonly bytes: Uint8Array;
  readonly outcome: Outcome;
}

/** A whole body that a provider sent. */
export interface RecordedBody extends RecordedAnswer {
  readonly kind: BodyKind;
  readonly text: string;
}

/** Every complete stream of the fixtures that a provider sent in the surface's own format; what was authored is left out. */
export function recordedStreams(): readonly RecordedStream[] {
  return steps().flatMap(({ name, surface, folder, step }) => {
    const file = new URL("stream.sse", folder);
    const isError = (at(step, "normalized", "error") ?? null) !== null;
    if (!existsSync(file) || (at(step, "normalized", "complete") === false && !isError)) return [];
    return [{ name, surface, bytes: new Uint8Array(readFileSync(file)), outcome: isError ? "error" : "complete" }];
  });
}

/** Every whole answer and refusal, likewise. */
export function recordedBodies(): readonly RecordedBody[] {
  return steps().flatMap(({ name, surface, kind, folder }) => {
    const file = new URL("response.json", folder);
    if (!existsSync(file)) return [];
    const text = readFileSync(file, "utf8");
    const body: unknown = JSON.parse(text);
    const isError = at(body, "type") === "error" || ((at(body, "error") ?? null) !== null && at(body, "object") !== "response");
    return [{ name, surface, kind: isError ? "error" : kind, text }];
  });
}

function steps(): readonly { name: string; surface: JudgedSurface; kind: BodyKind; folder: URL; step: unknown }[] {
  return FOLDERS.flatMap(([protocol, surface, kind]) =>
    readdirSync(new URL(protocol, FIXTURES)).flatMap((title) => {
      const folder = new URL(`${protocol}/${title}/`, FIXTURES);
      const description: unknown = JSON.parse(readFileSync(new URL("case.json", folder), "utf8"));
      if (textAt(description, "framing") === "synthetic") return [];
      // A conversation may go on with a provider that speaks another format.
      const own = listAt(description, "steps").filter((step) =>
        [undefined, protocol].includes(textAt(step, "http", "protocol") || undefined),
      );
      return own.map((step) => {
        const place = textAt(step, "dir") || ".";
        return {
          name: `${protocol}/${title}/${place}`.replace(/\/\.$/, ""),
          surface,
          kind,
          folder: new URL(`${place}/`, folder),
          step,
        };
      });
    }),
  );
}
