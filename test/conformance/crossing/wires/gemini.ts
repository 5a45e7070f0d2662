import type { Usage } from "../../../../src/core/usage.ts";
import { inPieces, type Told } from "../told.ts";
import { JSON_TYPE, type Refusal, sse, Verbatim, type Wire, type WireReply } from "./wire.ts";

type Part = Readonly<Record<string, unknown>>;

export const gemini: Wire = {
  streamType: "text/event-stream",
  whole: (told) => chunkOf([...thoughtParts(told), ...textParts([told.text]), ...callParts(told)], told, true),
  events: (told) => {
    const parts = [...thoughtParts(told), ...textParts(inPieces(told.text)), ...callParts(told)];
    return parts.map((part, index) => sse(chunkOf([part], told, index === parts.length - 1)));
  },
  // No writes to a cache are told.
  reports: (usage) => ({ ...usage, cacheWriteTokens: 0 }),
  refuse,
  errorEvent: sse({ error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } }),
  malformedEvent: sse('{"candidates":[{"content":{"parts":[{"text":'),
};

function chunkOf(parts: readonly Part[], told: Told, isLast: boolean): Part {
  const end = isLast ? { finishReason: told.finish === "stop" ? "STOP" : "MAX_TOKENS" } : {};
  return {
    candidates: [{ content: { role: "model", parts }, index: 0, ...end }],
    ...(isLast ? { usageMetadata: usageOf(told.usage) } : {}),
    modelVersion: "up-gemini",
    responseId: "up1",
  };
}

function thoughtParts({ thoughts }: Told): readonly Part[] {
  return thoughts === "" ? [] : [{ text: thoughts, thought: true }];
}

function textParts(texts: readonly string[]): readonly Part[] {
  return texts.filter((text) => text !== "").map((text) => ({ text }));
}

/** The first of parallel calls is signed. */
function callParts({ calls, seal }: Told): readonly Part[] {
  return calls.map(({ arguments: args, id, name }, index) => ({
    functionCall: { id, name, args: new Verbatim(args) },
    ...(index === 0 && seal !== "" ? { thoughtSignature: seal } : {}),
  }));
}

/** Thoughts are counted beside the answer. */
function usageOf({ cachedInputTokens, inputTokens, outputTokens, reasoningTokens }: Usage): object {
  return {
    promptTokenCount: inputTokens,
    cachedContentTokenCount: cachedInputTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    thoughtsTokenCount: reasoningTokens,
    totalTokenCount: inputTokens + outputTokens,
  };
}

const ERRORS: Readonly<Record<Refusal, { readonly code: number; readonly status: string; readonly message: string }>> = {
  auth: { code: 403, status: "PERMISSION_DENIED", message: "Your API key was reported as leaked." },
  rate_limited: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Not now." },
  overloaded: { code: 503, status: "UNAVAILABLE", message: "The model is overloaded." },
  context_length: {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  },
  invalid_request: { code: 400, status: "INVALID_ARGUMENT", message: "Invalid value at 'generation_config.top_p'." },
  server_error: { code: 500, status: "INTERNAL", message: "An internal error has occurred." },
};

function refuse(refusal: Refusal): WireReply {
  const { code, message, status } = ERRORS[refusal];
  const wait = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" };
  const details = refusal === "rate_limited" ? [wait] : [];
  return { status: code, headers: JSON_TYPE, body: JSON.stringify({ error: { code, message, status, details } }) };
}
