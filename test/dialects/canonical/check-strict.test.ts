import { describe, expect, it } from "vitest";
import type { ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import { checkStrict } from "./check-strict.ts";

const start: ChatEvent = { kind: "start", id: null, model: null, usage: null };
const finish: ChatEvent = { kind: "finish", finish: { reason: "stop", raw: null, stopSequence: null } };
const usage: ChatEvent = {
  kind: "usage",
  usage: { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 1, reasoningTokens: 0, estimated: false },
};
const open = (index: number): ChatEvent => ({ kind: "open", index, head: { kind: "text" } });
const delta = (index: number, ...pieces: string[]): ChatEvent => ({ kind: "delta", index, pieces });
const close = (index: number): ChatEvent => ({ kind: "close", index });
const block = (index: number): ChatEvent => ({
  kind: "block",
  index,
  block: { kind: "opaque", dialect: "d", type: "t", raw: null },
});

describe("checkStrict", () => {
  it("finds nothing in strict events", () => {
    expect(checkStrict([start, open(0), delta(0, "a", "\\n"), close(0), block(1), open(2), close(2), usage, finish])).toEqual([]);
  });

  it.each<[string, readonly ChatEvent[]]>([
    ["no start", [open(0), close(0), finish]],
    ["two starts", [start, start, finish]],
    ["an index left out", [start, open(1), close(1), finish]],
    ["an index used twice", [start, open(0), close(0), block(0), finish]],
    ["two blocks open", [start, open(0), open(1), close(1), finish]],
    ["a delta for a closed block", [start, open(0), close(0), delta(0, "a"), finish]],
    ["a delta without text", [start, open(0), delta(0), close(0), finish]],
    ["an empty piece", [start, open(0), delta(0, "a", ""), close(0), finish]],
    ["a piece that is no string's text", [start, open(0), delta(0, 'a"'), close(0), finish]],
    [
      "a seal for another block",
      [
        start,
        open(0),
        { kind: "seal", index: 1, seal: { family: "f", form: "signature", data: "d", id: null } },
        close(0),
        finish,
      ],
    ],
    ["a close without an open", [start, close(0), finish]],
    ["a finish while a block is open", [start, open(0), finish]],
    ["usage that is not last", [start, usage, open(0), close(0), finish]],
    ["no end", [start, open(0), close(0)]],
    ["two finishes", [start, finish, finish]],
    ["something after the finish", [start, finish, open(0)]],
  ])("finds %s", (_title, events) => {
    expect(checkStrict(events)).not.toEqual([]);
  });
});
