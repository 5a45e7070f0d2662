import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import {
  type KeptAnswer,
  mayKeep,
  MOST_RECORD_CHARACTERS,
  readRecord,
  wordsOf,
  writeRecord,
} from "../../../src/dialects/canonical/answer-record.ts";
import { answerOf, KEPT_ANSWERS, PLAIN_ANSWER, TEXT, USAGE } from "./kept-answers.ts";

const KEPT: readonly (readonly [string, KeptAnswer])[] = [
  ...Object.entries(KEPT_ANSWERS).map(([name, answer]) => [name, { kind: "chat", answer }] as const),
  ["a surface's own body", { kind: "body", body: '{"object":"list"}' }],
  ["a refusal", { kind: "refusal", code: "invalid_value", message: "'x' is too long.", param: "x" }],
];

function recordOf(kept: KeptAnswer): string {
  const record = writeRecord(kept);
  if (record === null) throw new Error("It is too large.");
  return record;
}

describe("a record", () => {
  it.each(KEPT)("gives back %s", (_, kept) => {
    expect(readRecord(recordOf(kept), USAGE)).toEqual(kept);
  });

  it("keeps neither the answer's id nor what only its own dialect knows", () => {
    const extra = { dialect: "gemini", fields: { x: 1 } };
    const answer = { ...answerOf({ kind: "text", text: "hi", extra, cache: { ttl: null } }), id: "chatcmpl-1" };
    expect(readRecord(recordOf({ kind: "chat", answer }), USAGE)).toEqual({
      kind: "chat",
      answer: answerOf({ kind: "text", text: "hi" }),
    });
  });

  it.each(KEPT)("of %s is nothing when it is cut anywhere", (_, kept) => {
    const record = recordOf(kept);
    for (let length = 0; length < record.length; length++) expect(readRecord(record.slice(0, length), USAGE)).toBeNull();
  });

  it.each([
    ["another version", '{"version":2,"kind":"body","body":"{}"}'],
    ["no kind", '{"version":1,"body":"{}"}'],
    ["a list", "[]"],
    ["an unknown block", recordOf({ kind: "chat", answer: PLAIN_ANSWER }).replace('"kind":"text"', '"kind":"tool_call"')],
    [
      "a text that is none",
      '{"version":1,"kind":"chat","model":null,"finish":{"reason":"stop","raw":null,"stopSequence":null},"blocks":[{"kind":"text","text":1}]}',
    ],
    ["an end that is none", recordOf({ kind: "chat", answer: PLAIN_ANSWER }).replace('"reason":"stop"', '"reason":"length"')],
    ["a code that is none", '{"version":1,"kind":"refusal","code":"toString","message":"","param":null}'],
  ])("is nothing with %s", (_, record) => {
    expect(readRecord(record, USAGE)).toBeNull();
  });

  it("is none of an answer that is too large", () => {
    expect(
      writeRecord({ kind: "chat", answer: answerOf({ kind: "text", text: "x".repeat(MOST_RECORD_CHARACTERS) }) }),
    ).toBeNull();
  });

  it("compares answers by their words alone", () => {
    expect(wordsOf(KEPT_ANSWERS["thoughts and a text"] ?? PLAIN_ANSWER)).toBe(TEXT);
  });
});

const CALL: Block = { kind: "tool_call", id: "c", name: "f", form: "function", arguments: "{}", namespace: null, seal: null };
const TEXT_BLOCK: Block = { kind: "text", text: "hi" };
const FILE: Block = {
  kind: "media",
  media: "image",
  mimeType: null,
  source: { kind: "url", url: "https://x" },
  name: null,
  detail: null,
};

const SOUND: Block = { ...FILE, media: "audio", source: { kind: "base64", data: "aWltZw==" } };

describe("attack G05: what may be kept", () => {
  it.each(Object.entries(KEPT_ANSWERS))("is %s", (_, answer) => {
    expect(mayKeep(answer)).toBe(true);
  });

  it.each<readonly [string, ChatAnswer]>([
    ["has nothing in it", answerOf()],
    ["says nothing", answerOf({ kind: "text", text: " \n" })],
    ["only thinks", answerOf({ kind: "reasoning", text: "hm", isSummary: false, seal: null })],
    ["calls a tool", answerOf(TEXT_BLOCK, CALL)],
    ["refuses", answerOf({ kind: "refusal", text: "No." })],
    ["holds what only its dialect knows", answerOf(TEXT_BLOCK, { kind: "opaque", dialect: "gemini", type: "x", raw: {} })],
    ["holds an address that ends", answerOf(TEXT_BLOCK, FILE)],
    ["speaks", answerOf(TEXT_BLOCK, SOUND)],
    ["was counted by nobody", { ...answerOf(TEXT_BLOCK), usage: null }],
    ...(["length", "context", "tool_calls", "content_filter", "pause", "malformed_call", "other"] as const).map(
      (reason) =>
        [`ended with ${reason}`, { ...answerOf(TEXT_BLOCK), finish: { reason, raw: reason, stopSequence: null } }] as const,
    ),
    ["ended without a word", { ...answerOf(TEXT_BLOCK), finish: { reason: "stop", raw: null, stopSequence: null } }],
  ])("is no answer that %s", (_, answer) => {
    expect(mayKeep(answer)).toBe(false);
  });
});
