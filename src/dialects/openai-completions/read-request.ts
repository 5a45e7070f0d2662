import { isRecord } from "../../core/json/is-record.ts";
import { exactBody } from "../canonical/exact-body.ts";
import { numberOf, refuse } from "../canonical/check-fields.ts";
import type { ChatRequest, Sampling } from "../canonical/chat-request.ts";
import type { DecodedRequest } from "../dialect.ts";

type Body = DecodedRequest["body"];

/** Fields that have a place in the canonical form, or say how the answer travels; the others stay as they came. */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  "model",
  "prompt",
  "stream",
  "stream_options",
  "n",
  "best_of",
  "echo",
  "suffix",
  "max_tokens",
  "temperature",
  "top_p",
  "stop",
  "seed",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "user",
]);

/**
 * One prompt as one turn of a user. @throws FairleadError 400 naming what only a completion can be: several prompts, tokens,
 * a suffix, an echo. @see https://platform.openai.com/docs/api-reference/completions/create
 */
export function readRequest(asked: DecodedRequest): ChatRequest {
  const { choices, stream } = asked;
  const body = exactBody(asked);
  checkCrossing(body);
  const fields = Object.entries(body).filter(([name, value]) => value !== null && !KNOWN_FIELDS.has(name));
  return {
    stream,
    turns: [{ role: "user", blocks: [{ kind: "text", text: readPrompt(body["prompt"]) }] }],
    tools: [],
    toolChoice: null,
    parallelTools: null,
    sampling: readSampling(body),
    choices,
    output: null,
    modalities: [],
    reasoning: null,
    verbosity: null,
    serviceTier: null,
    user: typeof body["user"] === "string" ? body["user"] : null,
    metadata: null,
    promptCacheKey: null,
    cache: null,
    extra: { dialect: "openai-completions", fields: Object.fromEntries(fields) },
  };
}

function checkCrossing(body: Body): void {
  if (body["echo"] === true) refuseForeign("echo");
  if (typeof body["suffix"] === "string" && body["suffix"] !== "") refuseForeign("suffix");
  if ((numberOf(body["best_of"]) ?? 1) > 1) refuseForeign("best_of");
}

function refuseForeign(field: string): never {
  return refuse("unsupported_feature", `'${field}' is known to models that complete texts alone; this one chats.`, field);
}

function readPrompt(prompt: unknown): string {
  const [first, ...rest]: readonly unknown[] = Array.isArray(prompt) ? prompt : [prompt];
  if (typeof first === "string" && rest.length === 0) return first;
  const what = typeof first === "string" ? "Several prompts are" : "A prompt of tokens is";
  return refuse("unsupported_feature", `${what} known to models that complete texts alone; this one chats.`, "prompt");
}

function readSampling(body: Body): Sampling {
  const { logit_bias: bias, stop } = body;
  const topLogprobs = numberOf(body["logprobs"]);
  return {
    maxOutputTokens: numberOf(body["max_tokens"]),
    temperature: numberOf(body["temperature"]),
    topP: numberOf(body["top_p"]),
    topK: null,
    stop: typeof stop === "string" ? [stop] : Array.isArray(stop) ? stop.filter((item) => typeof item === "string") : [],
    seed: numberOf(body["seed"]),
    presencePenalty: numberOf(body["presence_penalty"]),
    frequencyPenalty: numberOf(body["frequency_penalty"]),
    logitBias: isRecord(bias) && Object.keys(bias).length > 0 ? bias : null,
    logprobs: topLogprobs === null ? null : true,
    topLogprobs,
  };
}
