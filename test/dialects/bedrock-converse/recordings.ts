import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { Finish } from "../../../src/dialects/canonical/chat-event.ts";
import type { Usage } from "../../../src/core/usage.ts";

const FIXTURES = new URL("../../fixtures/bedrock-converse/", import.meta.url).pathname;

/** The reading that a recording comes with. */
export interface Normalized {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | null;
  readonly usage: {
    readonly input_total: number;
    readonly cache_read: number | null;
    readonly cache_write: number | null;
    readonly output_total: number;
  } | null;
  readonly error: unknown;
  readonly complete: boolean;
}

/** One exchange of a recorded conversation. */
export interface Step {
  /** `case/step`. */
  readonly id: string;
  readonly model: string;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly response: { readonly text: string; readonly normalized: Normalized } | null;
  readonly stream: { readonly bytes: Buffer; readonly normalized: Normalized } | null;
}

interface CaseFile {
  readonly steps: readonly {
    readonly dir: string;
    readonly http?: { readonly url: string };
    readonly normalized: Normalized;
    readonly "normalized.response"?: Normalized;
  }[];
}

/** Every recording, by case: the steps of a case are one conversation. */
export function readRecordings(): readonly { readonly name: string; readonly steps: readonly Step[] }[] {
  return readdirSync(FIXTURES).map((name) => {
    const file = JSON.parse(readFileSync(join(FIXTURES, name, "case.json"), "utf8")) as CaseFile; // our own file
    const steps = file.steps.map((step): Step => {
      const read = (file_: string): string | null => {
        const path = join(FIXTURES, name, step.dir, file_);
        return existsSync(path) ? readFileSync(path, "utf8") : null;
      };
      const [request, response, stream] = ["request.json", "response.json", "stream.eventstream.b64"].map(read);
      return {
        id: step.dir === "." ? name : `${name}/${step.dir}`,
        model: decodeURIComponent(
          /\/model\/([^/]+)\//.exec(step.http?.url ?? "")?.[1] ?? "us.anthropic.claude-sonnet-4-5-v1%3A0",
        ),
        request: typeof request === "string" ? (JSON.parse(request) as Step["request"]) : null, // recorded bodies are objects
        response:
          typeof response === "string" ? { text: response, normalized: step["normalized.response"] ?? step.normalized } : null,
        stream: typeof stream === "string" ? { bytes: Buffer.from(stream, "base64"), normalized: step.normalized } : null,
      };
    });
    return { name, steps };
  });
}

const FINISHES: Readonly<Partial<Record<Finish["reason"], string>>> = { stop_sequence: "stop", context: "length" };

/** An answer in the words of a recording's own reading. */
export function normalize(
  blocks: readonly Block[],
  finish: Finish | null,
  usage: Usage | null,
): Omit<Normalized, "error" | "complete"> {
  return {
    text: blocks.map((block) => (block.kind === "text" ? block.text : "")).join(""),
    reasoning: blocks.map((block) => (block.kind === "reasoning" ? block.text : "")).join(""),
    tool_calls: blocks.flatMap((block) =>
      block.kind === "tool_call" ? [{ name: block.name, arguments: JSON.parse(block.arguments) as unknown }] : [],
    ),
    finish: finish && (FINISHES[finish.reason] ?? finish.reason),
    usage: usage && {
      input_total: usage.inputTokens,
      cache_read: usage.cachedInputTokens,
      cache_write: usage.cacheWriteTokens,
      output_total: usage.outputTokens,
    },
  };
}

/** What a recording's reading says, without ids, which are the service's own, and with 0 for what it did not count. */
export function wanted({ finish, reasoning, text, tool_calls, usage }: Normalized): Omit<Normalized, "error" | "complete"> {
  return {
    text,
    reasoning,
    tool_calls: tool_calls.map(({ arguments: args, name }) => ({ name, arguments: args })),
    finish,
    usage: usage && {
      input_total: usage.input_total,
      cache_read: usage.cache_read ?? 0,
      cache_write: usage.cache_write ?? 0,
      output_total: usage.output_total,
    },
  };
}
