import type { Usage } from "../../../src/core/usage.ts";

/** A tool call as an upstream tells it. */
export interface ToldCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** An answer in no wire format: what an upstream of any of them is made to say. */
export interface Told {
  readonly thoughts: string;
  /** Opaque state of the thoughts, or of the first call where the format keeps it there; empty for none. */
  readonly seal: string;
  readonly text: string;
  readonly calls: readonly ToldCall[];
  readonly finish: "stop" | "length";
  /** Our convention; `Wire.reports` says what of it the format can tell. */
  readonly usage: Usage;
}

/** Thoughts and cache reads and writes included, as everywhere in the router. */
export const USAGE: Usage = {
  inputTokens: 1_234,
  cachedInputTokens: 1_000,
  cacheWriteTokens: 100,
  outputTokens: 321,
  reasoningTokens: 200,
  estimated: false,
};

/** Quotes, line ends, escapes and characters of every length. */
export const TEXT = 'Grüße: "naïve" \\ path\n\t→ 🦜 ok.';

/** Every answer of these tests is made from this one. */
export const PLAIN: Told = { thoughts: "", seal: "", text: TEXT, calls: [], finish: "stop", usage: USAGE };

/** `count` pieces of a text, none empty, characters never cut in two. */
export function inPieces(text: string, count = 3): readonly string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / count));
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; start += size) pieces.push(characters.slice(start, start + size).join(""));
  return pieces;
}
