import type { LinkedTarget } from "../../core/policy/linked.ts";
import { estimateUsage } from "../../core/usage.ts";
import type { Loss } from "../../dialects/dialect.ts";
import type { Asking } from "../asking.ts";
import { type JsonAnswer, NO_USAGE } from "./attempt-json.ts";

/** A count of input tokens where the provider counts none: our estimate of the request's text, told as one by its warning. */
export function answerEstimate(
  { losses }: { readonly losses: readonly Loss[] },
  asking: Asking,
  target: LinkedTarget,
): JsonAnswer {
  const { inputTokens } = estimateUsage(textCharacters(asking), 0);
  const body = asking.surface.writeCount?.(inputTokens, asking.answerContext(target.model)) ?? "{}";
  return { kind: "json", body, usage: NO_USAGE, outputCharacters: 0, losses, chat: () => null };
}

/** Characters a model would read: texts, arguments, schemas; not the base64 of media. */
function textCharacters({ decoded, reading }: Asking): number {
  if (reading.kind === "unreadable") return decoded.text.length;
  const media = reading.chat.turns
    .flatMap(({ blocks }) => blocks)
    .reduce((sum, block) => (block.kind === "media" && block.source.kind === "base64" ? sum + block.source.data.length : sum), 0);
  return decoded.text.length - media;
}
