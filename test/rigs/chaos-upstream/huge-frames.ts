import { Readable } from "node:stream";
import { createGzip } from "node:zlib";

const BLOCK_BYTES = 65_536;

/** `opening`, then `fillBytes` of one character, then `closing`, made block by block so that memory stays flat. */
export interface HugeText {
  readonly opening: string;
  readonly fill: string;
  readonly fillBytes: number;
  readonly closing: string;
}

export function* generateHugeFrames({ opening, fill, fillBytes, closing }: HugeText): Generator<Buffer> {
  const block = Buffer.alloc(BLOCK_BYTES, fill);
  yield Buffer.from(opening);
  for (let left = fillBytes; left > 0; left -= BLOCK_BYTES) yield block.subarray(0, left);
  if (closing !== "") yield Buffer.from(closing);
}

/** The frames as one gzip member; compression goes no faster than it is read. */
export function compressFrames(frames: Iterable<Uint8Array>): AsyncIterable<Buffer> {
  return Readable.from(frames).pipe(createGzip());
}
