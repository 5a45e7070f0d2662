/** How an answer is cut into network chunks: not at all, every so many bytes, or once. */
export type Cut =
  | { readonly kind: "whole" }
  | { readonly kind: "every"; readonly bytes: number }
  | { readonly kind: "at"; readonly offset: number };

export const WHOLE: Cut = { kind: "whole" };

/** Beyond this many chunks the middle of an answer comes in larger ones, or the longest streams would take minutes. */
const MOST_CHUNKS = 2_000;
const LARGE_CHUNK = 4_093;

/** The chunks of an answer, in order; never an empty one. */
export function cutInto(body: Buffer, cut: Cut): readonly Buffer[] {
  switch (cut.kind) {
    case "whole":
      return body.length === 0 ? [] : [body];
    case "at":
      return [body.subarray(0, cut.offset), body.subarray(cut.offset)].filter((chunk) => chunk.length > 0);
    case "every":
      return cutEvery(body, cut.bytes);
  }
}

/** Small chunks at both ends, where heads, first events and terminators are. */
function cutEvery(body: Buffer, bytes: number): readonly Buffer[] {
  const smallEnd = (bytes * MOST_CHUNKS) / 2;
  const isLong = body.length > 2 * smallEnd;
  const chunks: Buffer[] = [];
  for (let start = 0; start < body.length;) {
    const isMiddle = isLong && start >= smallEnd && start < body.length - smallEnd;
    const size = isMiddle ? Math.min(LARGE_CHUNK, body.length - smallEnd - start) : bytes;
    chunks.push(body.subarray(start, start + size));
    start += size;
  }
  return chunks;
}

/** `whole`, `n7`, `at120`: for messages. */
export function describeCut(cut: Cut): string {
  switch (cut.kind) {
    case "whole":
      return "whole";
    case "every":
      return `n${cut.bytes}`;
    case "at":
      return `at${cut.offset}`;
  }
}
