const READ_BYTES = 64 * 1024;

export type CappedRead =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "too_large" }
  | { readonly kind: "broken"; readonly cause: unknown };

/** Reads a byte stream to its end, at most `limitBytes`; a longer one is cancelled. `onRead` is told of each read. */
export async function readCapped(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
  onRead: () => void = () => undefined,
): Promise<CappedRead> {
  const reader = stream.getReader({ mode: "byob" });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(READ_BYTES));
      if (done) return { kind: "read", bytes: joinChunks(chunks) };
      onRead();
      length += value.byteLength;
      if (length > limitBytes) {
        await reader.cancel().catch(() => undefined);
        return { kind: "too_large" };
      }
      chunks.push(value);
    }
  } catch (cause) {
    return { kind: "broken", cause };
  }
}

/** The chunks as one; a single chunk is not copied. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
