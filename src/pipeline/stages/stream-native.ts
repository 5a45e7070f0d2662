import { FairleadError } from "../../core/errors.ts";
import type { FailureClass } from "../../core/failure.ts";
import type { BoundedCopy } from "../bounded-copy.ts";
import type { Run } from "../deps.ts";
import { joinChunks } from "../read-capped.ts";
import type { Settlement } from "./settle.ts";
import { endingOf } from "./stream-ending.ts";
import type { NativeStream } from "./stream-intake.ts";
import { watchStream } from "./watch-stream.ts";

const utf8 = new TextEncoder();
/** How long a caller may take for what is on its way when a stream fails. */
const LAST_WRITE_MS = 10_000;

interface Piped {
  readonly answer: NativeStream;
  readonly rest: ReadableStream<Uint8Array>;
  readonly settlement: Settlement;
  /** Of what passes, to be kept; null where it is not. */
  readonly copy: BoundedCopy | null;
}

/** A stream that ended within the bytes held: one chunk, with the terminator it may have lacked. */
export function finishHeld(answer: NativeStream, settlement: Settlement): Uint8Array {
  const { held, input, meter } = answer;
  const { reading } = meter;
  settlement.book(endingOf(reading, settlement, { callerLeft: false, failure: null }));
  const terminator = input.sent.backend.native?.terminator ?? "";
  const missing = (reading.midEvent ? "\n\n" : "") + (reading.terminated ? "" : terminator);
  return joinChunks(missing === "" ? held : [...held, utf8.encode(missing)]);
}

/**
 * The native form: the upstream body is piped into an IdentityTransformStream whose readable is teed; one branch is the
 * response, the other is looked at once a second. The upstream body itself is never teed: a greedy branch would withhold
 * events from the caller. `done` settles when the stream has ended, however it ended.
 */
export function pipeNative(stream: Piped, run: Run): { readonly body: ReadableStream; readonly done: Promise<void> } {
  const transit = new IdentityTransformStream();
  const [body, metered] = transit.readable.tee();
  return { body, done: carry(stream, { transit, metered }, run) };
}

interface Branches {
  readonly transit: IdentityTransformStream;
  readonly metered: ReadableStream<Uint8Array>;
}

async function carry({ answer, copy, rest, settlement }: Piped, { metered, transit }: Branches, run: Run): Promise<void> {
  const { upstream } = answer;
  let callerLeft = false;
  const leave = (): void => {
    callerLeft = true;
    upstream.abort();
  };
  run.signal.addEventListener("abort", leave);
  const piped = pipe(answer.held, rest, transit.writable);
  const watched = await watchStream({ metered, answer, copy, piped, settlement }, run);
  run.signal.removeEventListener("abort", leave);
  const failure = callerLeft ? null : watched;
  settlement.book(endingOf(answer.meter.reading, settlement, { callerLeft, failure }));
  if (failure !== null) {
    upstream.abort();
    // An aborted pipe holds the writable until its last write is taken; a caller who takes nothing is cut off without an ending.
    await Promise.race([piped, run.sleep(LAST_WRITE_MS)]);
  }
  await end(transit.writable, callerLeft ? "" : lastWords(answer, failure));
}

/** Writes what is held and pipes the rest. Resolves true when the upstream ended cleanly, false when it was cut. */
async function pipe(
  held: readonly Uint8Array[],
  rest: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
): Promise<boolean> {
  try {
    const writer = writable.getWriter();
    await writer.write(joinChunks(held));
    writer.releaseLock();
    await rest.pipeTo(writable, { preventClose: true, preventAbort: true });
    return true;
  } catch {
    return false;
  }
}

/** What is still to be said: the terminator a complete stream lacked, or one error event. */
function lastWords({ input, meter }: NativeStream, failure: FailureClass | null): string {
  const { reading } = meter;
  const separator = reading.midEvent ? "\n\n" : "";
  if (reading.terminated) return separator;
  if (failure === null) return separator + (input.sent.backend.native?.terminator ?? "");
  if (reading.errorTold) return separator;
  // Bytes may have followed the last look, so a blank line comes first whether it is needed or not.
  const message = `The answer was interrupted (${failure}); what came so far is incomplete.`;
  const error = new FairleadError("stream_interrupted", message);
  return `\n\n${input.asking.surface.encodeErrorEvent(error, input.asking.seed)}`;
}

async function end(writable: WritableStream<Uint8Array>, text: string): Promise<void> {
  try {
    const writer = writable.getWriter();
    if (text !== "") await writer.write(utf8.encode(text));
    await writer.close();
  } catch {
    // The caller left between the last byte and the ending: there is nobody to tell.
  }
}
