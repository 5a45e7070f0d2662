import { FairleadError } from "../core/errors.ts";
import { readCapped } from "./read-capped.ts";

const IDLE_MS = 10_000;
const TOTAL_MS = 60_000;
/** A body up to this size that is announced arrives with its headers; reading it needs no clock of its own. */
const PROMPT_BYTES = 16 * 1024;

/**
 * The whole request body, at most `limitBytes`, whatever `content-length` says. A body that drips is cut off after 10 s
 * of silence or 60 s in all; workerd itself never would. @throws FairleadError `body_too_large`, `body_timeout`, `invalid_json`
 */
export async function readBody(request: Request, limitBytes: number): Promise<ArrayBuffer | Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  if (announced > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) throw new FairleadError("invalid_json", "The request body is empty; send a JSON object.");
  if (announced <= PROMPT_BYTES) return readPromptly(request);
  const read = await readCapped(request.body, { limitBytes, idleMs: IDLE_MS, totalMs: TOTAL_MS });
  if (read.kind === "too_large") throw tooLarge(limitBytes);
  if (read.kind === "timeout") throw tooSlow();
  if (read.kind === "broken") throw new FairleadError("invalid_json", "The request body ended early.", { cause: read.cause });
  return read.bytes;
}

async function readPromptly(request: Request): Promise<ArrayBuffer> {
  let timer: number | null = null;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), IDLE_MS);
  });
  try {
    return await Promise.race([request.arrayBuffer(), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(limitBytes: number): FairleadError {
  return new FairleadError("body_too_large", `The request body may have at most ${limitBytes} bytes.`);
}

function tooSlow(): FairleadError {
  return new FairleadError("body_timeout", `The request body did not arrive: ${IDLE_MS / 1_000} s of silence or ${TOTAL_MS / 1_000} s in all.`);
}
