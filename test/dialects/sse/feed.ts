import { type SseCaps, SseFramer, type SseSink } from "../../../src/dialects/sse/sse-framer.ts";

/** The text of the bytes in pieces of these sizes, in turn; a character over a cut comes with its last byte. */
export function decodeInPieces(text: string, sizes: readonly number[]): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length);
    pieces.push(decoder.decode(bytes.subarray(at, at + size), { stream: true }));
    at += size;
  }
  return [...pieces, decoder.decode()];
}

export interface FramedEvent {
  readonly name: string;
  readonly data: string;
}

/** Every event of a stream as the framer gives them; none has a span, so each is parsed. */
export function frame(
  pieces: readonly string[],
  caps?: SseCaps,
): { readonly events: readonly FramedEvent[]; readonly framer: SseFramer } {
  const events: FramedEvent[] = [];
  const sink: SseSink = {
    event(name, data) {
      events.push({ name, data });
      return null;
    },
    run: () => {
      throw new Error("a run without a span");
    },
  };
  const framer = new SseFramer(sink, caps);
  for (const piece of pieces) framer.push(piece);
  framer.end();
  return { events, framer };
}
