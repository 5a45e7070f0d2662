import { escapeText } from "../../core/json/escaped-text.ts";
import type { Block } from "./block.ts";
import type { ChatAnswer, ChatEvent } from "./chat-event.ts";

/** Characters of a piece: as models give them, so that no client meets a shape that it has not met before. */
const SHORTEST = 32;
const LONGEST = 64;

/** A whole answer as the strict events of a stream, its texts in pieces that end where words do. */
export function answerEvents({ blocks, finish, id, model, usage }: ChatAnswer): readonly ChatEvent[] {
  const early = usage === null ? null : { ...usage, outputTokens: 0, reasoningTokens: 0 };
  return [
    { kind: "start", id, model, usage: early },
    ...blocks.flatMap(blockEvents),
    ...(usage === null ? [] : [{ kind: "usage", usage } as const]),
    { kind: "finish", finish },
  ];
}

function blockEvents(block: Block, index: number): readonly ChatEvent[] {
  if ((block.kind !== "text" && block.kind !== "reasoning") || block.text === "") return [{ kind: "block", index, block }];
  const head = block.kind === "text" ? { kind: block.kind } : { kind: block.kind, isSummary: block.isSummary };
  const seal = block.kind === "reasoning" ? block.seal : null;
  const annotations = block.kind === "text" ? (block.annotations ?? []) : [];
  return [
    { kind: "open", index, head },
    { kind: "delta", index, pieces: piecesOf(block.text).map(escapeText) },
    ...annotations.map((annotation) => ({ kind: "annotate", index, annotation }) as const),
    ...(seal === null ? [] : [{ kind: "seal", index, seal } as const]),
    { kind: "close", index },
  ];
}

/** A text in pieces of `SHORTEST` to `LONGEST` characters, each to the end of a word where one ends there. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > LONGEST) {
    const end = endOfPiece(text, start);
    pieces.push(text.slice(start, end));
    start = end;
  }
  pieces.push(text.slice(start));
  return pieces;
}

function endOfPiece(text: string, start: number): number {
  for (let end = start + LONGEST; end > start + SHORTEST; end--) if (text.charCodeAt(end - 1) <= 0x20) return end;
  const end = start + LONGEST;
  // Two halves of one character stay together.
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : end;
}
