import type { Failure } from "../../../src/core/failure.ts";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import type { Normalized } from "./recordings.ts";

/** What of an answer and of a recording is compared. */
type Comparable = Readonly<Record<"text" | "reasoning" | "tool_calls" | "finish" | "usage" | "isError", unknown>>;

/** An answer in the terms of `case.json`. */
export function normalize(answer: ChatAnswer | null, failure: Failure | null): Comparable {
  const blocks = answer?.blocks ?? [];
  const usage = answer?.usage ?? null;
  return {
    text: textOf(blocks, "text"),
    reasoning: textOf(blocks, "reasoning"),
    tool_calls: blocks
      .filter((block) => block.kind === "tool_call")
      .map(({ id, name, ...call }) => ({ id, name, arguments: argumentsOf(call) })),
    finish: failure === null ? (answer?.finish.reason ?? null) : "error",
    usage:
      usage === null
        ? null
        : {
            input_total: usage.inputTokens,
            cache_read: usage.cachedInputTokens,
            cache_write: usage.cacheWriteTokens,
            output_total: usage.outputTokens,
            reasoning: usage.reasoningTokens,
          },
    isError: failure !== null,
  };
}

/** A recording in the same terms: what was not reported counts as none. */
export function expected({ error, finish, reasoning, text, tool_calls, usage }: Normalized): Comparable {
  const counts = usage === null ? null : Object.fromEntries(Object.entries(usage).map(([name, count]) => [name, count ?? 0]));
  return { text, reasoning, tool_calls, finish: error === null ? finish : "error", usage: counts, isError: error !== null };
}

function textOf(blocks: readonly Block[], kind: "text" | "reasoning"): string {
  return blocks.map((block) => (block.kind === kind ? block.text : "")).join("");
}

/** Free-form input stands under a name of its own in the recordings. */
function argumentsOf({ arguments: text, form }: { readonly arguments: string; readonly form: string }): unknown {
  if (form === "custom") return { __custom_input__: text };
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
