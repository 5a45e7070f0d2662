import { describe, expect, it } from "vitest";
import { answerEvents } from "../../../src/dialects/canonical/answer-events.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import { captureJson, captureStream } from "../../../src/dialects/capture-answer.ts";
import { backendOf, surfaceOf } from "../../../src/dialects/index.ts";
import { checkStrict } from "../canonical/check-strict.ts";
import { judgeReplay } from "./judge-replay.ts";
import { KEPT_ANSWERS, PLAIN_ANSWER, TEXT } from "./kept-answers.ts";
import { READING, replayContext, SURFACES } from "./replay-context.ts";

const isTyped = process.env["FAIRLEAD_FULL"] === "1";
const CASES = SURFACES.flatMap((surface) => Object.entries(KEPT_ANSWERS).map(([name, answer]) => ({ surface, name, answer })));

/** What every surface can say of it. */
function meaningOf({ blocks, finish, usage }: ChatAnswer): unknown {
  const said = (kind: "text" | "reasoning"): string => blocks.map((block) => (block.kind === kind ? block.text : "")).join("");
  const isStop = finish.reason === "stop" || finish.reason === "stop_sequence";
  return { text: said("text"), reasoning: said("reasoning"), isStop, input: usage?.inputTokens, output: usage?.outputTokens };
}

/** A picture is told in words where answers hold none. */
function expectSame(read: ChatAnswer | null, answer: ChatAnswer): void {
  if (read === null) throw new Error("It is no answer that may be kept.");
  if (answer.blocks.some(({ kind }) => kind === "media")) return;
  expect(meaningOf(read)).toEqual(meaningOf(answer));
}

describe("a kept answer's events", () => {
  it.each(Object.entries(KEPT_ANSWERS))("are strict: %s", (_, answer) => {
    expect(checkStrict(answerEvents(answer))).toEqual([]);
  });

  it.each([TEXT, "x".repeat(500), "a ".repeat(300), "👍".repeat(200), "word\n".repeat(40), "a", "ab cd"])(
    "come in pieces of 32 to 64 characters, cut after words, that are the text: %#",
    (text) => {
      const [, , delta] = answerEvents({ ...PLAIN_ANSWER, blocks: [{ kind: "text", text }] });
      const pieces = delta?.kind === "delta" ? delta.pieces.map((piece) => String(JSON.parse(`"${piece}"`))) : [];
      expect(pieces.join("")).toBe(text);
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(64);
      for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeGreaterThan(32);
      for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
      if (/\s/.test(text)) for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\s$/);
    },
  );
});

describe("a kept answer", () => {
  it.each(CASES)("is a sound JSON answer of $surface: $name", ({ answer, surface }) => {
    const text = surfaceOf(surface).writeAnswer(answer, replayContext(surface, false));
    expect(judgeReplay({ surface, text, isStream: false, isTyped })).toEqual([]);
    expectSame(captureJson(text, backendOf(surface), READING), answer);
  });

  it.each(CASES)("is a sound stream of $surface: $name", ({ answer, surface }) => {
    const text = surfaceOf(surface).createWriter(replayContext(surface, true)).write(answerEvents(answer));
    expect(judgeReplay({ surface, text, isStream: true, isTyped })).toEqual([]);
    expectSame(captureStream([new TextEncoder().encode(text)], backendOf(surface), READING), answer);
  });

  it("is a JSON array where a caller of Gemini streams without server-sent events", () => {
    const text = surfaceOf("gemini")
      .createWriter(replayContext("gemini", true, ""))
      .write(answerEvents(PLAIN_ANSWER));
    const chunks = JSON.parse(text) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    expect(chunks.map(({ candidates }) => candidates[0]?.content.parts[0]?.text).join("")).toBe(TEXT);
  });

  it("gives sealed thoughts as they are to callers of their family's format, and in an envelope to all others", () => {
    const sealed = KEPT_ANSWERS["sealed thoughts of one family and a text"] ?? PLAIN_ANSWER;
    const texts = SURFACES.map((surface) => surfaceOf(surface).writeAnswer(sealed, replayContext(surface, false)));
    expect(texts.map((text) => text.includes('"c2lnbmF0dXJl"'))).toEqual(
      SURFACES.map((surface) => surface === "anthropic-messages"),
    );
    expect(texts.filter((text) => /fairlead1\.|ZmFpcmxlYWQxL/.test(text))).toHaveLength(3);
  });

  it("has a new id each time", () => {
    expect(idOf("a".repeat(32))).not.toBe(idOf("b".repeat(32)));
  });
});

function idOf(seed: string): unknown {
  const context = { ...replayContext("openai-chat", false), seed };
  return (JSON.parse(surfaceOf("openai-chat").writeAnswer(PLAIN_ANSWER, context)) as { id: string }).id;
}
