import type { StreamMeter } from "../../dialects/dialect.ts";
import { DIALECTS } from "../../dialects/index.ts";
import type { Deps, Run } from "../deps.ts";
import { type AttemptInput, buildCall, failed, type FailedResult, hasType, refusal, withoutSecret } from "./attempt.ts";

/** Role-only and empty frames are held back up to here while we wait for the first content. */
const HOLD_BYTES = 64 * 1024;
const LAST_READ_BYTES = 1024;

/** A stream up to its first content: nothing of it has been sent. */
export interface StreamAnswer {
  readonly kind: "stream";
  /** What has been read, in order. */
  readonly held: readonly Uint8Array[];
  /** The rest of the body; null when the stream has already ended, complete. */
  readonly rest: ReadableStream<Uint8Array> | null;
  readonly meter: StreamMeter;
  readonly decoder: TextDecoder;
  /** Ends the upstream exchange. */
  readonly upstream: AbortController;
  readonly input: AttemptInput;
}

/**
 * One attempt at a stream, up to its first content. A failure until then can still fail over: nothing was sent. A stream
 * that ends within the bytes held is judged here as a whole.
 */
export async function attemptStream(
  input: AttemptInput,
  deps: Pick<Deps, "upstream">,
  run: Run,
): Promise<StreamAnswer | FailedResult> {
  if (input.limitMs <= 0) return failed("deadline", "The request's deadline has passed.");
  // Only the exchange's own signal ends a stream well: aborting the pipe would cut the caller's connection with it.
  const upstream = new AbortController();
  const limitMs = Math.min(input.timeouts.ttftMs, input.limitMs);
  const result = await run.watchdog.within(limitMs, exchange(input, { upstream, deps, run }));
  if (result !== "late") return result;
  upstream.abort();
  return failed(run.now() >= input.deadline ? "deadline" : "timeout_ttft", "No content came in time.");
}

interface Exchange {
  readonly upstream: AbortController;
  readonly deps: Pick<Deps, "upstream">;
  readonly run: Run;
}

async function exchange(input: AttemptInput, { deps, run, upstream }: Exchange): Promise<StreamAnswer | FailedResult> {
  try {
    const response = await deps.upstream.send(buildCall(input, upstream.signal));
    if (response.status !== 200) return await refusal(response, input, run);
    if (!hasType(response, "text/event-stream") || response.body === null) {
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
  const meter = DIALECTS[input.target.dialect].createStreamMeter(input.asked.choices);
  const decoder = new TextDecoder();
  const reader = body.getReader({ mode: "byob" });
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  const answer = { kind: "stream", held, meter, decoder, upstream, input } as const;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(HOLD_BYTES));
    if (done) return judgeEnded({ ...answer, rest: null });
    held.push(value);
    heldBytes += value.byteLength;
    meter.push(decoder.decode(value, { stream: true }));
    const { reading } = meter;
    if (reading.failure !== null) {
      upstream.abort();
      return { kind: "failed", failure: withoutSecret(reading.failure, input.credential) };
    }
    if (reading.terminated) {
      void readToEnd(reader);
      return { ...answer, rest: null };
    }
    if (reading.content || heldBytes >= HOLD_BYTES) {
      reader.releaseLock();
      return { ...answer, rest: body };
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

/** A stream that ended cleanly before anything was sent: complete, or a failed attempt. */
function judgeEnded(answer: StreamAnswer): StreamAnswer | FailedResult {
  const { input, meter } = answer;
  meter.end();
  const { reading } = meter;
  if (reading.failure !== null) return { kind: "failed", failure: withoutSecret(reading.failure, input.credential) };
  if (!reading.finished && !reading.terminated) return failed("stream_cut", "The stream ended before it was complete.", 200);
  if (!reading.content && !reading.explained) return failed("empty_completion", "The stream ended without any content.", 200);
  return answer;
}
