import { FairleadError } from "../core/errors.ts";
import { readCapped } from "./read-capped.ts";
import type { Watchdog } from "./watchdog.ts";

const IDLE_MS = 10_000;
const TOTAL_MS = 60_000;
/** An announced body up to this size comes in one go; it gets no longer than the silence of any other. */
const PROMPT_BYTES = 16 * 1024;

interface BodyOptions {
  readonly limitBytes: number;
  /** `content-length`, if the caller sent one. */
  readonly announced: string | undefined;
  readonly watchdog: Watchdog;
}

/**
 * The whole request body, at most `limitBytes`, whatever `content-length` says. A body that drips is cut off; workerd itself
 * never would. @throws FairleadError `body_too_large`, `body_timeout`, `invalid_json`
 */
export async function readBody(request: Request, options: BodyOptions): Promise<ArrayBuffer | Uint8Array> {
  const { limitBytes, watchdog } = options;
  const announced = Number(options.announced ?? Number.NaN);
  // The runtime holds an announced body to its length. One that announces too much is read up to the cap all the same:
  // a connection closed on a caller that still sends loses the answer.
  if (announced <= limitBytes) return inTime(await watchdog.within(announced <= PROMPT_BYTES ? IDLE_MS : TOTAL_MS, request.arrayBuffer()));
  if (request.body === null) throw new FairleadError("invalid_json", "The request body is empty; send a JSON object.");
  const giveUpAt = Date.now() + TOTAL_MS;
  const onRead = (): void => watchdog.extend(Math.min(IDLE_MS, giveUpAt - Date.now()));
  const read = inTime(await watchdog.within(IDLE_MS, readCapped(request.body, limitBytes, onRead)));
  if (read.kind === "too_large") throw tooLarge(limitBytes);
  if (read.kind === "broken") throw new FairleadError("invalid_json", "The request body ended early.", { cause: read.cause });
  return read.bytes;
}

function inTime<Value>(read: Value | "late"): Value {
  if (read !== "late") return read;
  throw new FairleadError("body_timeout", `The request body did not arrive: ${IDLE_MS / 1_000} s of silence or ${TOTAL_MS / 1_000} s in all.`);
}

function tooLarge(limitBytes: number): FairleadError {
  return new FairleadError("body_too_large", `The request body may have at most ${limitBytes} bytes.`);
}
