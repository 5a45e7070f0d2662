import type { FailureClass } from "../../core/failure.ts";
import type { BoundedCopy } from "../bounded-copy.ts";
import type { Run } from "../deps.ts";
import type { AttemptInput } from "./attempt.ts";
import type { Settlement } from "./settle.ts";
import type { NativeStream } from "./stream-intake.ts";

/** How often the metering branch is looked at; each look costs the isolate a wake-up. */
const LOOK_MS = 1_000;
/** The first look comes early: a flood shows at once, and what is not read fills this isolate's memory. */
const FIRST_LOOK_MS = 100;
/** More than this in one look is a flood, which is looked at again soon. */
const FLOOD_BYTES = 256 * 1024;
const FLOOD_LOOK_MS = 10;
const LOOK_BYTES = 64 * 1024;
/** Pings alone keep a stream alive for so long. */
export const PINGS_ONLY_MS = 120_000;
/** What was piped is in the metering branch within a turn of the event loop; this bounds the wait for it, and is many. */
const LAST_LOOK_MS = 10;

/** What of an answer is watched. */
type WatchedAnswer = Pick<NativeStream, "held" | "meter" | "decoder" | "upstream"> & {
  readonly input: Pick<AttemptInput, "deadline" | "timeouts">;
};

interface Watched {
  readonly metered: ReadableStream<Uint8Array>;
  readonly answer: WatchedAnswer;
  /** What comes goes here, too; null where it is not kept. */
  readonly copy: BoundedCopy | null;
  /** Resolves when the pipe has ended: true cleanly, false cut. */
  readonly piped: Promise<boolean>;
  /** Told of at every look, while it is under way. */
  readonly settlement: Pick<Settlement, "renew">;
}

/**
 * Looks at the metering branch once a second and once when the pipe has ended: usage, completeness, silence, broken caps.
 * A stream that breaks a rule is ended by aborting the upstream. Resolves, when the pipe has ended, with what went wrong.
 */
export async function watchStream(watched: Watched, run: Run): Promise<FailureClass | null> {
  const { answer, piped } = watched;
  const look = createLook(watched, run);
  const pipe = { end: null as "clean" | "cut" | null }; // written by the promise below, which the compiler cannot see
  const ended = piped.then((isClean) => {
    pipe.end = isClean ? "clean" : "cut";
  });
  const { settlement } = watched;
  const broken = await watchWhileOpen({ answer, look, ended, settlement, isOpen: () => pipe.end === null }, run);
  if (broken !== null) answer.upstream.abort();
  if (!answer.meter.reading.terminated) await Promise.race([look.finish(), run.sleep(LAST_LOOK_MS)]);
  look.cancel();
  return judge(answer, broken, pipe.end);
}

interface OpenStream {
  readonly answer: WatchedAnswer;
  readonly look: Look;
  readonly ended: Promise<void>;
  readonly settlement: Watched["settlement"];
  readonly isOpen: () => boolean;
}

/** Until the pipe ends (null) or a rule is broken. */
async function watchWhileOpen({ answer, ended, isOpen, look, settlement }: OpenStream, run: Run): Promise<FailureClass | null> {
  const { deadline, timeouts } = answer.input;
  let pauseMs = FIRST_LOOK_MS;
  for (;;) {
    const now = run.now();
    const untilRule = Math.min(look.lastByteAt + timeouts.idleMs - now, deadline - now);
    await Promise.race([ended, run.sleep(Math.max(1, Math.min(pauseMs, untilRule)))]);
    if (!isOpen()) return null;
    pauseMs = LOOK_MS;
    look.start();
    settlement.renew(answer.meter.reading.outputCharacters);
    const broken = brokenRule(look, answer, run.now());
    if (broken !== null) return broken;
  }
}

/** What ended the stream early, or null: it is complete, or its terminator has told the caller so. */
function judge({ meter }: WatchedAnswer, broken: FailureClass | null, end: "clean" | "cut" | null): FailureClass | null {
  const seen = broken ?? meter.reading.failure?.class ?? null;
  meter.end();
  // A terminator that says itself that the answer failed is a failure told; any other has told of a complete answer.
  if (meter.reading.terminated) return meter.reading.errorTold ? seen : null;
  if (seen !== null || end !== "clean") return seen ?? "stream_cut";
  return meter.reading.failure?.class ?? (meter.reading.finished ? null : "stream_cut");
}

function brokenRule(look: Look, { input, meter }: WatchedAnswer, now: number): FailureClass | null {
  if (meter.reading.terminated) return null;
  if (meter.reading.failure !== null) return meter.reading.failure.class;
  if (now >= input.deadline) return "deadline";
  const isSilent = look.isWaiting && now - look.lastByteAt >= input.timeouts.idleMs;
  return isSilent || now - look.lastContentAt >= PINGS_ONLY_MS ? "timeout_idle" : null;
}

interface Look {
  /** The read begun by an earlier look still waits: nothing has come since. */
  readonly isWaiting: boolean;
  readonly lastByteAt: number;
  readonly lastContentAt: number;
  /** Begins to read what is there, and goes on while it is a flood, unless the last read still waits. */
  start(): void;
  /** Reads until nothing more comes. */
  finish(): Promise<void>;
  cancel(): void;
}

function createLook({ answer, copy, metered }: Watched, run: Run): Look {
  const reader = metered.getReader({ mode: "byob" });
  const { decoder, meter } = answer;
  let buffer = new ArrayBuffer(LOOK_BYTES);
  let reading: Promise<boolean> | null = null;
  let freshBytes = 0;
  /** What was held has been metered once already, and comes here again. */
  let heldBytes = answer.held.reduce((bytes, chunk) => bytes + chunk.byteLength, 0);
  const look = { isWaiting: false, lastByteAt: run.now(), lastContentAt: run.now() };

  /** One read; resolves true when the branch may hold more. */
  const read = async (): Promise<boolean> => {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return false;
    const { contentEvents } = meter.reading;
    const fresh = value.subarray(heldBytes);
    heldBytes -= value.byteLength - fresh.byteLength;
    meter.push(decoder.decode(fresh, { stream: true }));
    copy?.add(fresh.slice());
    look.lastByteAt = run.now();
    freshBytes += fresh.byteLength;
    if (meter.reading.contentEvents > contentEvents) look.lastContentAt = look.lastByteAt;
    // What breaks a cap or the format ends here, before more of it fills the memory.
    if (meter.reading.failure !== null && !meter.reading.terminated) answer.upstream.abort();
    const isFull = value.byteLength === LOOK_BYTES;
    buffer = value.buffer; // a BYOB read hands back the buffer it was given
    return isFull;
  };
  const drain = async (): Promise<boolean> => {
    for (;;) {
      freshBytes = 0;
      while (await read());
      if (freshBytes <= FLOOD_BYTES) break;
      await run.sleep(FLOOD_LOOK_MS);
    }
    reading = null;
    return true;
  };
  const start = (): void => {
    look.isWaiting = reading !== null;
    reading ??= drain().catch(() => false);
  };
  return {
    get isWaiting() {
      return look.isWaiting;
    },
    get lastByteAt() {
      return look.lastByteAt;
    },
    get lastContentAt() {
      return look.lastContentAt;
    },
    start,
    finish: async () => {
      for (;;) {
        start();
        if (meter.reading.terminated || (await reading) === false) return;
      }
    },
    cancel: () => void reader.cancel().catch(() => undefined),
  };
}
