/** Bytes of a value by the header's type; -1: two bytes of length come first. */
const VALUE_BYTES: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const STRING = 7;

const decoder = new TextDecoder();

/**
 * The headers of a frame that are strings; all others are passed over. Null when the bytes are no headers.
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export function readFrameHeaders(bytes: Uint8Array): ReadonlyMap<string, string> | null {
  const headers = new Map<string, string>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + view.getUint8(at);
    if (nameEnd >= bytes.length) return null;
    const name = bytes.subarray(at + 1, nameEnd);
    const type = view.getUint8(nameEnd);
    const fixed = VALUE_BYTES[type];
    const start = nameEnd + (fixed === -1 ? 3 : 1);
    if (fixed === undefined || start > bytes.length) return null;
    const end = start + (fixed === -1 ? view.getUint16(start - 2) : fixed);
    if (end > bytes.length) return null;
    if (type === STRING) headers.set(decoder.decode(name), decoder.decode(bytes.subarray(start, end)));
    at = end;
  }
  return headers;
}
