import { closingQuote, isEscapedText } from "../../core/json/escaped-text.ts";

/** One delta of text, thought or arguments, as it stands between the quotes of its JSON string. */
export interface TextDelta {
  readonly block: number;
  readonly kind: "text" | "reasoning" | "call";
  readonly piece: string;
}

/** Keys in the order in which the service writes them; any other order is read the long way. */
const HEAD = /^\{"contentBlockIndex":(\d{1,9}),"delta":\{(?:"text"|"(reasoningContent)":\{"text"|"(toolUse)":\{"input"):"/;
/** What follows the text: `p` is padding that hides its length. */
const TAIL = /^\}(?:,"p":"[^"\\]*")?\}$/;
const NESTED_TAIL = /^\}\}(?:,"p":"[^"\\]*")?\}$/;
/** What cannot stand between the quotes of a JSON string as it is. */
const NEEDS_PARSING = /[\\\p{Cc}]/u;

/** The delta that the payload of a `contentBlockDelta` is, found without parsing; null where it must be parsed. */
export function readDelta(payload: string): TextDelta | null {
  const head = HEAD.exec(payload);
  if (head === null) return null;
  const [{ length: start }, block, reasoning, call] = head;
  const end = closingQuote(payload, start);
  const tail = payload.slice(end + 1);
  const isNested = reasoning !== undefined || call !== undefined;
  if (end === -1 || !(isNested ? NESTED_TAIL : TAIL).test(tail)) return null;
  const piece = payload.slice(start, end);
  if (NEEDS_PARSING.test(piece) && !isEscapedText(piece)) return null;
  const kind = reasoning === undefined ? "text" : "reasoning";
  return { block: Number(block), kind: call === undefined ? kind : "call", piece };
}
