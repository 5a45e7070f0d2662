import { failureOfCalls } from "../../dialects/canonical/judge-calls.ts";
import { restoreAnswer } from "../../dialects/canonical/restore.ts";
import { answerCharacters } from "../../dialects/canonical/answer-characters.ts";
import { mayKeep } from "../../dialects/canonical/answer-record.ts";
import type { ChatAnswer } from "../../dialects/canonical/chat-event.ts";
import { captureJson } from "../../dialects/capture-answer.ts";
import type { Failure } from "../../core/failure.ts";
import { estimateUsage, type Usage } from "../../core/usage.ts";
import type { Deps, Run } from "../deps.ts";
import { readCapped } from "../read-capped.ts";
import { type Answered, type AttemptInput, failed, type FailedResult, hasType, refusal, send, withoutSecret } from "./attempt.ts";

/** A whole answer after inflation; more is a fault or an attack. */
const ANSWER_BYTES = 16 * 1024 * 1024;

/** A complete JSON answer, as the caller gets it. */
export interface JsonAnswer extends Answered {
  readonly kind: "json";
  readonly body: string;
  readonly usage: Usage | null;
  readonly outputCharacters: number;
  /** The answer in no dialect; null where it may not be kept, or is no chat. */
  readonly chat: () => ChatAnswer | null;
}

type JsonDeps = Pick<Deps, "upstream" | "authoriser">;

/**
 * One attempt at a JSON answer. The body is read before anything is sent, so its faults can still fail over. The last
 * attempt takes no abort signal, which is dear: when its time is up the request ends, and with it the exchange.
 */
export async function attemptJson(input: AttemptInput, deps: JsonDeps, run: Run): Promise<JsonAnswer | FailedResult> {
  if (input.limitMs <= 0) return failed("deadline", "The request's deadline has passed.");
  const upstream = input.controller ?? (input.isLast ? null : new AbortController());
  const result = await input.watchdog.within(input.limitMs, exchange(input, { upstream, deps, run }));
  if (result !== "late") return result;
  upstream?.abort();
  return failed(run.now() >= input.deadline ? "deadline" : "timeout_ttft", "The answer did not come in time.");
}

interface Exchange {
  readonly upstream: AbortController | null;
  readonly deps: JsonDeps;
  readonly run: Run;
}

async function exchange(input: AttemptInput, { deps, run, upstream }: Exchange): Promise<JsonAnswer | FailedResult> {
  try {
    const response = await send(input, upstream?.signal ?? null, deps);
    if ("kind" in response) return response;
    if (response.status !== 200) return await refusal(response, input, run);
    if (!hasType(response, "application/json")) return await wrongType(response);
    return judge(await readAnswerBody(response), input);
  } catch (cause) {
    return failed("connection", `The connection failed: ${cause instanceof Error ? cause.message : "unknown reason"}`);
  }
}

/** The runtime holds an announced, uncompressed body to its length; anything else is counted as it comes. */
async function readAnswerBody(response: Response): Promise<string | FailedResult> {
  const announced = Number(response.headers.get("content-length") ?? Number.NaN);
  if (announced <= ANSWER_BYTES && !response.headers.has("content-encoding")) return response.text();
  if (response.body === null) return "";
  const read = await readCapped(response.body, ANSWER_BYTES);
  switch (read.kind) {
    case "read":
      return new TextDecoder().decode(read.bytes);
    case "too_large":
      return failed("malformed", `The upstream's answer is larger than ${ANSWER_BYTES} bytes.`, 200);
    case "broken":
      return failed("connection", "The connection broke inside the answer.", 200);
  }
}

function judge(body: string | FailedResult, input: AttemptInput): JsonAnswer | FailedResult {
  if (typeof body !== "string") return body;
  const judged = input.sent.kind === "native" ? judgeNative(body, input) : transcode(body, input);
  if (judged.kind === "failed") return { kind: "failed", failure: withoutSecret(judged.failure, input.credential) };
  return { ...judged, kind: "json", losses: input.sent.losses };
}

type Judged =
  | ({ readonly kind: "judged" } & Pick<JsonAnswer, "body" | "usage" | "outputCharacters" | "chat">)
  | { readonly kind: "failed"; readonly failure: Failure };

function judgeNative(text: string, { asking, sent, target }: AttemptInput): Judged {
  if (sent.kind !== "native" || sent.backend.native === null) return notWellFormed("no native form");
  const { native } = sent.backend;
  const body = sent.isRepaired && native.repair !== null ? native.repair.answer(text, asking.seed) : text;
  const reading = native.readAnswer(asking.decoded.operation, body);
  if (reading.kind === "failed") return reading;
  const { operation } = asking.decoded;
  const usage = operation === "count_tokens" ? NO_USAGE : reading.usage;
  const context = { seed: asking.seed, family: target.family };
  const chat = (): ChatAnswer | null => (operation === "chat" ? captureJson(body, sent.backend, context) : null);
  return { kind: "judged", body, usage, outputCharacters: reading.outputCharacters, chat };
}

/** The answer in the caller's dialect, by way of the canonical form. */
function transcode(text: string, input: AttemptInput): Judged {
  switch (input.asking.decoded.operation) {
    case "chat":
      return transcodeChat(text, input);
    case "count_tokens":
      return transcodeCount(text, input);
    case "embeddings":
      return transcodeEmbeddings(text, input);
  }
}

function transcodeChat(text: string, { asking, sent, target }: AttemptInput): Judged {
  if (sent.kind !== "transcoded") return notWellFormed("no canonical form");
  const read = sent.backend.readChat(text, { seed: asking.seed, family: target.family });
  if (read.kind === "failed") return read;
  const answer = restoreAnswer(read.answer, sent.restore);
  const outputCharacters = answerCharacters(answer);
  const failure = failureOfCalls(answer);
  if (failure !== null) return { kind: "failed", failure };
  if (outputCharacters === 0 && answer.finish.reason === "stop") return emptyAnswer();
  const usage = answer.usage ?? estimateUsage(asking.decoded.text.length, outputCharacters);
  const whole = { ...answer, usage };
  const body = asking.surface.writeAnswer(whole, asking.answerContext(target.model));
  return { kind: "judged", body, usage, outputCharacters, chat: () => (mayKeep(whole) ? whole : null) };
}

function transcodeCount(text: string, { asking, sent, target }: AttemptInput): Judged {
  const { countTokens } = sent.backend;
  const { writeCount } = asking.surface;
  if (countTokens === null || writeCount === null) return notWellFormed("no count of tokens");
  const read = countTokens.readAnswer(text);
  if (read.kind === "failed") return read;
  const body = writeCount(read.tokens, asking.answerContext(target.model));
  return { kind: "judged", body, usage: NO_USAGE, outputCharacters: 0, chat: () => null };
}

function transcodeEmbeddings(text: string, { asking, sent, target }: AttemptInput): Judged {
  const reader = sent.backend.embeddings;
  const writer = asking.surface.embeddings;
  if (reader === null || writer === null) return notWellFormed("no embeddings");
  const read = reader.readAnswer(text);
  if (read.kind === "failed") return read;
  const usage = read.answer.usage ?? estimateUsage(asking.decoded.text.length, 0);
  const body = writer.writeAnswer({ ...read.answer, usage }, asking.answerContext(target.model));
  return { kind: "judged", body, usage, outputCharacters: 0, chat: () => null };
}

/** Counting costs nothing. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

function emptyAnswer(): Judged {
  return { kind: "failed", failure: failed("empty_completion", "The upstream's answer is empty.", 200).failure };
}

function notWellFormed(what: string): Judged {
  return { kind: "failed", failure: failed("malformed", `The provider's dialect has ${what}.`, 200).failure };
}

async function wrongType(response: Response): Promise<FailedResult> {
  await response.body?.cancel();
  return failed("malformed", `The upstream answered with content type '${response.headers.get("content-type") ?? ""}'.`, 200);
}
