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

/** One attempt at a JSON answer. The body is read before anything is sent, so its faults can still fail over. */
export async function attemptJson(input: AttemptInput, deps: Pick<Deps, "upstream">, run: Run): Promise<JsonAnswer | FailedResult> {
  if (input.limitMs <= 0) return failed("deadline", "The request's deadline has passed.");
  const signal = AbortSignal.timeout(Math.ceil(input.limitMs));
  try {
    const response = await deps.upstream.send(buildCall(input, signal));
    if (response.status !== 200) return await refusal(response, input, run.now());
    if (!hasType(response, "application/json")) return await wrongType(response);
    return judge(await readAnswerBody(response, input, signal), input);
  } catch (cause) {
    if (signal.aborted) return failed(run.now() >= input.deadline ? "deadline" : "timeout_ttft", "The answer did not come in time.");
    return failed("connection", `The connection failed: ${cause instanceof Error ? cause.message : "unknown reason"}`);
  }
}

/** An announced, uncompressed length within the cap is believed by the runtime too; anything else is counted as it comes. */
async function readAnswerBody(response: Response, input: AttemptInput, signal: AbortSignal): Promise<string | FailedResult> {
  const announced = Number(response.headers.get("content-length") ?? Number.NaN);
  if (announced <= ANSWER_BYTES && !response.headers.has("content-encoding")) return response.text();
  if (response.body === null) return "";
  const read = await readCapped(response.body, { limitBytes: ANSWER_BYTES, idleMs: input.limitMs, totalMs: input.limitMs });
  switch (read.kind) {
    case "read":
      return new TextDecoder().decode(read.bytes);
    case "too_large":
      return failed("malformed", `The upstream's answer is larger than ${ANSWER_BYTES} bytes.`, 200);
    case "timeout":
      return failed("timeout_ttft", "The answer did not come in time.", 200);
    case "broken":
      if (signal.aborted) throw read.cause;
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
