import { crc32 } from "./crc32.ts";
import { readFrameHeaders } from "./frame-headers.ts";

/** One message of an event stream. `payload` is a view that holds until the next bytes are pushed. */
export interface Frame {
  /** Those whose value is a string. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Uint8Array;
}

/** Bytes; what is longer is an attack or a fault. */
const FRAME_BYTES = 16 * 1024 * 1024;
const HEADER_BYTES = 128 * 1024;
/** Two lengths and their checksum. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const NO_BYTES = new Uint8Array(0);

/**
 * Splits bytes, in any split, into the frames of `application/vnd.amazon.eventstream`: prelude, headers, payload, each with
 * its checksum. A read that ends where a frame does is decoded without being copied. Sans-I/O.
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export class FrameDecoder {
  /** Why reading stopped: a checksum, a length or a cap was broken. Frames before it have been given. */
  failure: string | null = null;
  #buffer = new Uint8Array(0);
  /** How much of the buffer is filled: a frame that has begun. */
  #held = 0;
  /** The last headers seen: those of nearly every frame are the same bytes. */
  #headerBytes = NO_BYTES;
  #headers: ReadonlyMap<string, string> = new Map();

  /** What was pushed does not end at the end of a frame. */
  get midFrame(): boolean {
    return this.#held > 0;
  }

  push(chunk: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    if (this.failure !== null || chunk.length === 0) return frames;
    const bytes = this.#join(chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= PRELUDE_BYTES) {
      const length = this.#frameBytes(bytes, view, at);
      if (length === 0 || bytes.length - at < length) break;
      const frame = this.#frame(bytes, at, length);
      if (frame === null) break;
      frames.push(frame);
      at += length;
    }
    this.#hold(bytes, at);
    return frames;
  }

  /** Everything that waits to be decoded. */
  #join(chunk: Uint8Array): Uint8Array {
    if (this.#held === 0) return chunk;
    const length = this.#held + chunk.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#held);
    return this.#buffer.subarray(0, length);
  }

  /** Keeps what has not been decoded. The frames given are views of `bytes`, so it goes to a place of its own. */
  #hold(bytes: Uint8Array, at: number): void {
    const length = bytes.length - at;
    const isInBuffer = bytes.buffer === this.#buffer.buffer;
    if (isInBuffer && at === 0) {
      this.#held = length;
      return;
    }
    if (length > 0 && (isInBuffer || length > this.#buffer.length)) this.#buffer = new Uint8Array(Math.max(length, 4096));
    this.#buffer.set(bytes.subarray(at));
    this.#held = length;
  }

  /** The length of the frame at `at`, whose prelude is there; 0 when that is broken. */
  #frameBytes(bytes: Uint8Array, view: DataView, at: number): number {
    const length = view.getUint32(at);
    const headerLength = view.getUint32(at + 4);
    if (view.getUint32(at + 8) !== crc32(bytes, at, at + 8))
      return this.#fail("The checksum of a frame's prelude does not match.");
    if (length > FRAME_BYTES) return this.#fail(`A frame of the stream is longer than ${FRAME_BYTES} bytes.`);
    if (headerLength > HEADER_BYTES) return this.#fail(`The headers of a frame are longer than ${HEADER_BYTES} bytes.`);
    const isWhole = length >= PRELUDE_BYTES + headerLength + CHECKSUM_BYTES;
    return isWhole ? length : this.#fail("The lengths of a frame contradict each other.");
  }

  #frame(bytes: Uint8Array, at: number, length: number): Frame | null {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
    const end = at + length - CHECKSUM_BYTES;
    if (view.getUint32(length - CHECKSUM_BYTES) !== crc32(bytes, at, end)) {
      this.#fail("The checksum of a frame does not match.");
      return null;
    }
    const payloadStart = at + PRELUDE_BYTES + view.getUint32(4);
    const headers = this.#readHeaders(bytes.subarray(at + PRELUDE_BYTES, payloadStart));
    if (headers === null) {
      this.#fail("The headers of a frame are broken.");
      return null;
    }
    return { headers, payload: bytes.subarray(payloadStart, end) };
  }

  #readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> | null {
    if (isSame(bytes, this.#headerBytes)) return this.#headers;
    const headers = readFrameHeaders(bytes);
    if (headers === null) return null;
    this.#headerBytes = bytes.slice();
    this.#headers = headers;
    return headers;
  }

  #fail(message: string): 0 {
    this.failure = message;
    return 0;
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
