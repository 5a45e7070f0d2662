import type { Usage } from "../../core/usage.ts";
import { DIALECTS } from "../../dialects/index.ts";
import type { Deps, Run } from "../deps.ts";
import { readCapped } from "../read-capped.ts";
import { type AttemptInput, buildCall, failed, type FailedResult, hasType, refusal, withoutSecret } from "./attempt.ts";

/** A whole answer after inflation; more is a fault or an attack. */
const ANSWER_BYTES = 16 * 1024 * 1024;

/** A complete JSON answer, text as the upstream gave it. */
export interface JsonAnswer {
  readonly kind: "json";
  readonly body: string;
  readonly usage: Usage | null;
  readonly outputCharacters: number;
}

/**
 * One attempt at a JSON answer. The body is read before anything is sent, so its faults can still fail over. The last
 * attempt takes no abort signal, which is dear: when its time is up the request ends, and with it the exchange.
 */
export async function attemptJson(
  input: AttemptInput,
  deps: Pick<Deps, "upstream">,
  run: Run,
): Promise<JsonAnswer | FailedResult> {
  if (input.limitMs <= 0) return failed("deadline", "The request's deadline has passed.");
  const upstream = input.isLast ? null : new AbortController();
  const result = await run.watchdog.within(input.limitMs, exchange(input, { upstream, deps, run }));
  if (result !== "late") return result;
  upstream?.abort();
  return failed(run.now() >= input.deadline ? "deadline" : "timeout_ttft", "The answer did not come in time.");
}

interface Exchange {
  readonly upstream: AbortController | null;
  readonly deps: Pick<Deps, "upstream">;
  readonly run: Run;
}

async function exchange(input: AttemptInput, { deps, run, upstream }: Exchange): Promise<JsonAnswer | FailedResult> {
  try {
    const response = await deps.upstream.send(buildCall(input, upstream?.signal ?? null));
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
  const reading = DIALECTS[input.target.dialect].readAnswer(input.asked.operation, body);
  if (reading.kind === "failed") return { kind: "failed", failure: withoutSecret(reading.failure, input.credential) };
  return { kind: "json", body, usage: reading.usage, outputCharacters: reading.outputCharacters };
}

async function wrongType(response: Response): Promise<FailedResult> {
  await response.body?.cancel();
  return failed("malformed", `The upstream answered with content type '${response.headers.get("content-type") ?? ""}'.`, 200);
}
