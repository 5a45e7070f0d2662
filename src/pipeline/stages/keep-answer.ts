import { MOST_KEPT_BYTES } from "../../core/idempotency/decode-idempotency.ts";
import type { Room } from "../../core/idempotency/room.ts";
import type { Outcome } from "../../core/idempotency/idempotency-record.ts";
import { BoundedCopy } from "../bounded-copy.ts";
import type { Run } from "../deps.ts";
import { joinChunks } from "../read-capped.ts";

/** An answer as the caller gets it, and what is kept of it once it has ended. */
export interface KeptAnswer {
  readonly given: Response;
  /** Never rejects. */
  readonly kept: Promise<Outcome>;
}

const READ_BYTES = 64 * 1024;
/** Longer than any answer takes: a caller who takes nothing for so long is not waited for. */
const LONGEST_MS = 660_000;
/** Of whoever asked first: how limits stood then, and its own id. */
const PASSING_HEADERS = /^x-ratelimit-|^x-request-id$|^x-fairlead-degraded$/;

const UNKEPT: Outcome = { kind: "unkept" };
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A JSON answer, kept whole. */
export async function keepJson(answer: Response): Promise<KeptAnswer> {
  const body = await answer.text();
  return { given: new Response(body, answer), kept: Promise.resolve(outcomeOf(answer.headers, body)) };
}

/** A stream, passed on as it comes and read to its end, also when the caller leaves. */
export function keepStream(answer: Response, room: Room, run: Pick<Run, "signal" | "sleep">): KeptAnswer {
  const { body } = answer;
  if (body === null) return { given: answer, kept: Promise.resolve(UNKEPT) };
  const transit = new IdentityTransformStream();
  const copy = new BoundedCopy(room, MOST_KEPT_BYTES);
  const kept = passOn(body, { copy, listener: new Listener(transit.writable.getWriter(), run) })
    .then((text) => (text === null ? UNKEPT : outcomeOf(answer.headers, text)))
    .catch(() => UNKEPT)
    .finally(() => copy.release());
  return { given: new Response(transit.readable, answer), kept };
}

function outcomeOf(headers: Headers, body: string): Outcome {
  if (body.length > MOST_KEPT_BYTES) return UNKEPT;
  return { kind: "answer", headers: Object.fromEntries([...headers].filter(([name]) => !PASSING_HEADERS.test(name))), body };
}

/** Every read is one write. Resolves with the whole text; null where it is too large, or no text. */
async function passOn(
  body: ReadableStream<Uint8Array>,
  { copy, listener }: { readonly copy: BoundedCopy; readonly listener: Listener },
): Promise<string | null> {
  const reader = body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(READ_BYTES);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) break;
      const chunk = value.slice();
      copy.add(chunk);
      await listener.send(chunk);
      buffer = value.buffer; // a BYOB read hands back the buffer it was given
    }
    const { chunks } = copy;
    return chunks === null ? null : utf8.decode(joinChunks(chunks));
  } finally {
    void listener.end();
  }
}

/** The caller's end of a stream: nothing is sent after it has left. */
class Listener {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #isThere = true;
  #onLeave: () => void = () => undefined;

  constructor(writer: WritableStreamDefaultWriter<Uint8Array>, run: Pick<Run, "signal" | "sleep">) {
    this.#writer = writer;
    const leave = (): void => {
      this.#isThere = false;
      this.#onLeave();
    };
    run.signal.addEventListener("abort", leave);
    void run.sleep(LONGEST_MS).then(leave);
    if (run.signal.aborted) leave();
  }

  /** Resolves when it was taken, or when nobody takes it any more. */
  send(chunk: Uint8Array): Promise<void> {
    if (!this.#isThere) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onLeave = resolve;
      this.#writer.write(chunk).then(resolve, () => {
        this.#isThere = false;
        resolve();
      });
    });
  }

  async end(): Promise<void> {
    await (this.#isThere ? this.#writer.close() : this.#writer.abort()).catch(() => undefined);
  }
}
