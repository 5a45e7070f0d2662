import type { Deps, Run } from "../deps.ts";
import { type AttemptInput, failed, type FailedResult, hasType, refusal, send, withoutSecret } from "./attempt.ts";
import { createIntake, type Intake, type StreamAnswer } from "./stream-intake.ts";

/** Role-only and empty frames are held back up to here while we wait for the first content. */
const HOLD_BYTES = 64 * 1024;
const LAST_READ_BYTES = 1024;

type StreamDeps = Pick<Deps, "upstream" | "authoriser">;

/**
 * One attempt at a stream, up to its first content. A failure until then can still fail over: nothing was sent. A stream
 * that ends within the bytes held is judged here as a whole.
 */
export async function attemptStream(input: AttemptInput, deps: StreamDeps, run: Run): Promise<StreamAnswer | FailedResult> {
  if (input.limitMs <= 0) return failed("deadline", "The request's deadline has passed.");
  // Only the exchange's own signal ends a stream well: aborting the pipe would cut the caller's connection with it.
  const upstream = input.controller ?? new AbortController();
  const limitMs = Math.min(input.timeouts.ttftMs, input.limitMs);
  const result = await input.watchdog.within(limitMs, exchange(input, { upstream, deps, run }));
  if (result !== "late") return result;
  upstream.abort();
  return failed(run.now() >= input.deadline ? "deadline" : "timeout_ttft", "No content came in time.");
}

interface Exchange {
  readonly upstream: AbortController;
  readonly deps: StreamDeps;
  readonly run: Run;
}

async function exchange(input: AttemptInput, { deps, run, upstream }: Exchange): Promise<StreamAnswer | FailedResult> {
  try {
    const response = await send(input, upstream.signal, deps);
    if ("kind" in response) return response;
    if (response.status !== 200) return await refusal(response, input, run);
    if (!hasType(response, input.sent.backend.streamType) || response.body === null) {
      await response.body?.cancel();
      return failed(
        "malformed",
        `The upstream answered a stream with content type '${response.headers.get("content-type") ?? ""}'.`,
        200,
      );
    }
    return await holdUntilContent(response.body, input, upstream);
  } catch (cause) {
    return failed("connection", `The connection failed: ${cause instanceof Error ? cause.message : "unknown reason"}`);
  }
}

async function holdUntilContent(
  body: ReadableStream<Uint8Array>,
  input: AttemptInput,
  upstream: AbortController,
): Promise<StreamAnswer | FailedResult> {
  const intake = createIntake(input);
  const reader = body.getReader({ mode: "byob" });
  const answerOf = (rest: ReadableStream<Uint8Array> | null): StreamAnswer => intake.toAnswer({ rest, upstream, input });
  let heldBytes = 0;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(HOLD_BYTES));
    if (done) return judgeEnded(intake, input) ?? answerOf(null);
    heldBytes += value.byteLength;
    intake.push(value);
    const { reading } = intake;
    if (reading.failure !== null) {
      upstream.abort();
      return { kind: "failed", failure: withoutSecret(reading.failure, input.credential) };
    }
    if (reading.terminated) {
      void readToEnd(reader);
      if (intake.isEndedByTerminator) intake.end();
      return judgeContent(intake, input) ?? answerOf(null);
    }
    if (reading.content || heldBytes >= HOLD_BYTES) {
      reader.releaseLock();
      return answerOf(body);
    }
  }
}

/** What follows the terminator is nobody's business, but a connection read to its end can be used again. */
async function readToEnd(reader: ReadableStreamBYOBReader): Promise<void> {
  try {
    while (!(await reader.read(new Uint8Array(LAST_READ_BYTES))).done);
  } catch {
    // The answer was complete before the connection broke.
  }
}

/** A stream that ended cleanly before anything was sent: null when it is complete, else a failed attempt. */
function judgeEnded(intake: Intake, input: AttemptInput): FailedResult | null {
  intake.end();
  const { failure, finished, terminated } = intake.reading;
  if (failure === null && !finished && !terminated) return failed("stream_cut", "The stream ended before it was complete.", 200);
  return judgeContent(intake, input);
}

/** A stream that has ended by its own word: null when it holds an answer, else a failed attempt. */
function judgeContent({ reading }: Intake, { credential }: AttemptInput): FailedResult | null {
  if (reading.failure !== null) return { kind: "failed", failure: withoutSecret(reading.failure, credential) };
  if (!reading.content && !reading.explained) return failed("empty_completion", "The stream ended without any content.", 200);
  return null;
}
