import type { AnswerContext } from "../../../src/dialects/stream.ts";
import { type ChatSurface, decode } from "./form-of.ts";
import { SAME_ASKS } from "./same-asks.ts";

export const SURFACES: readonly ChatSurface[] = ["openai-chat", "openai-responses", "anthropic-messages", "gemini"];

const SEED = "0123456789abcdef0123456789abcdef";
export const READING = { seed: SEED, family: "test" };

/** What a kept answer is written for: the plainest request of a surface. */
export function replayContext(surface: ChatSurface, isStream: boolean, query = "alt=sse"): AnswerContext {
  const wire = surface === "gemini" ? {} : { stream: isStream };
  const usage = surface === "openai-chat" && isStream ? { stream_options: { include_usage: true } } : {};
  const asked = decode(surface, { ...SAME_ASKS[0]?.bodies[surface], ...wire, ...usage }, { stream: isStream, query });
  return { seed: SEED, createdSeconds: 1_790_000_000, model: "model-1", asked };
}
