import { FairleadError } from "../core/errors.ts";
import { utf8Length } from "../core/http/utf8-length.ts";
import { readCapped } from "./read-capped.ts";
import type { Watchdog } from "./watchdog.ts";

const IDLE_MS = 10_000;
const TOTAL_MS = 60_000;
/** An announced body up to this size comes in one go; it gets no longer than the silence of any other. */
const PROMPT_BYTES = 16 * 1024;

const REPLACEMENT = "\uFFFD";
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

interface BodyOptions {
  readonly limitBytes: number;
  /** `content-length`, if the caller sent one. */
  readonly announced: string | undefined;
  readonly watchdog: Watchdog;
}

/**
 * The whole request body as text, at most `limitBytes`, whatever `content-length` says. A body that drips is cut off;
 * workerd itself never would. @throws FairleadError `body_too_large`, `body_timeout`, `invalid_json`, `invalid_utf8`
 */
export async function readBody(request: Request, options: BodyOptions): Promise<string> {
  const { limitBytes, watchdog } = options;
  const announced = Number(options.announced ?? Number.NaN);
  // The runtime holds an announced body to its length. One that announces too much is read up to the cap all the same:
  // a connection closed on a caller that still sends loses the answer.
  if (announced <= limitBytes) {
    return unaltered(inTime(await watchdog.within(announced <= PROMPT_BYTES ? IDLE_MS : TOTAL_MS, request.text())), announced);
  }
  if (request.body === null) throw new FairleadError("invalid_json", "The request body is empty; send a JSON object.");
  const giveUpAt = Date.now() + TOTAL_MS;
  const onRead = (): void => watchdog.extend(Math.min(IDLE_MS, giveUpAt - Date.now()));
  const read = inTime(await watchdog.within(IDLE_MS, readCapped(request.body, limitBytes, onRead)));
  if (read.kind === "too_large")
    throw new FairleadError("body_too_large", `The request body may have at most ${limitBytes} bytes.`);
  if (read.kind === "broken") throw new FairleadError("invalid_json", "The request body ended early.", { cause: read.cause });
  try {
    return utf8.decode(read.bytes);
  } catch (cause) {
    throw invalidUtf8(cause);
  }
}

/**
 * `text()` is the cheapest way to a body, but it repairs: it drops a byte order mark and puts U+FFFD in place of what is
 * not UTF-8. Either changes the number of bytes, so a body whose text has as many as were announced came as it is. (One
 * repair keeps the number: U+FFFD for the first three bytes of a character of four. What is judged is what is forwarded
 * then too.)
 */
function unaltered(text: string, announced: number): string {
  const isPlain = text.length === announced && !text.includes(REPLACEMENT);
  if (isPlain || utf8Length(text) === announced) return text;
  throw invalidUtf8();
}

function invalidUtf8(cause?: unknown): FairleadError {
  return new FairleadError("invalid_utf8", "The request body is not valid UTF-8, or begins with a byte order mark.", { cause });
}

function inTime<Value>(read: Value | "late"): Value {
  if (read !== "late") return read;
  throw new FairleadError(
    "body_timeout",
    `The request body did not arrive: ${IDLE_MS / 1_000} s of silence or ${TOTAL_MS / 1_000} s in all.`,
  );
}
