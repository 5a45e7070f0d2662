import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer, ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import { readThoughts } from "../../../src/dialects/openai-chat/reasoning-carrier.ts";
import { createStreamReader } from "../../../src/dialects/openai-chat/stream-reader.ts";
import { createWriter } from "../../../src/dialects/openai-chat/stream-writer.ts";
import { answers, toEvents } from "./answer-values.ts";
import { ASKS_USAGE, contextOf, read, SEED } from "./asking.ts";
import { checkChunks } from "./check-chunks.ts";
import { arrange, gather, meaningOfAnswer } from "./gather.ts";
import { readRecordings } from "./recordings.ts";
import { accumulate, runSdk } from "./sdk.ts";

const CONTEXT = { seed: SEED, family: "openai-chat" };

const recordings = ["openai-chat", "openai-compat"]
  .flatMap(readRecordings)
  .filter(({ normalized, stream }) => stream !== null && normalized.complete);

function eventsOf(stream: string): readonly ChatEvent[] {
  return arrange(createStreamReader(CONTEXT), [stream]);
}

function answerOf(events: readonly ChatEvent[]): ChatAnswer {
  const answer = gather(events);
  if (answer === null) throw new Error("the stream did not end well");
  return answer;
}

function chunksOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  const events = text.split("\n\n").filter((event) => event.startsWith("data: {"));
  return events.map((event) => JSON.parse(event.slice("data: ".length)) as Record<string, unknown>);
}

function deltasOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  return chunksOf(text).flatMap(({ choices }) => (choices as { delta: Record<string, unknown> }[]).map(({ delta }) => delta));
}

function textEvents(index: number, pieces: readonly string[]): readonly ChatEvent[] {
  return [
    { kind: "open", index, head: { kind: "text" } },
    { kind: "delta", index, pieces },
    { kind: "close", index },
  ];
}

function writeBlocks(blocks: readonly Block[]): string {
  const finish = { reason: "stop", raw: null, stopSequence: null } as const;
  return createWriter(contextOf()).write(toEvents({ id: null, model: null, blocks, finish, usage: null }));
}

describe("a written chat stream", () => {
  it.each(recordings.map(({ name, stream }) => [name, stream ?? ""] as const))(
    "%s keeps every rule and its meaning",
    async (_, stream) => {
      const events = eventsOf(stream);
      const text = createWriter(contextOf(ASKS_USAGE)).write(events);
      expect(checkChunks(text, { isOurs: true })).toEqual([]);
      expect(await runSdk(text)).toEqual(meaningOfAnswer(answerOf(events)));
    },
  );

  it("is the same whether events come alone or together", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const events = toEvents(answer);
        const writer = createWriter(contextOf());
        expect(events.map((event) => writer.write([event])).join("")).toBe(createWriter(contextOf()).write(events));
      }),
    );
  });

  it("is read back as the answer it was written from", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const text = createWriter(contextOf(ASKS_USAGE)).write(toEvents(answer));
        expect(checkChunks(text, { isOurs: true })).toEqual([]);
        const back = answerOf(eventsOf(text));
        // Several thoughts are one text here; their state is looked at below.
        expect(meaningOfAnswer(back)).toEqual(meaningOfAnswer(answer));
        expect(back.id).toBe(answer.id);
      }),
    );
  });

  it("tells thoughts with their state so that the caller's echo of them is what was told", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const deltas = deltasOf(createWriter(contextOf()).write(toEvents(answer)));
        const details = deltas.flatMap((delta) => (delta["reasoning_details"] as unknown[] | undefined) ?? []);
        const thoughts = answer.blocks.filter((block) => block.kind === "reasoning");
        expect(readThoughts({ reasoning_details: details })).toEqual(thoughts);
      }),
    );
  });

  it("tells the state of all thoughts at once, right before the finish, and says nothing of it where there is none", () => {
    const thought = { kind: "reasoning", isSummary: false, seal: null } as const;
    const seal = { family: "anthropic", form: "redacted", data: "r", id: null } as const;
    const told = deltasOf(
      writeBlocks([
        { ...thought, text: "a" },
        { ...thought, text: "", seal },
        { kind: "text", text: "b" },
      ]),
    );
    expect(told.slice(-3).map((delta) => Object.keys(delta))).toEqual([["content"], ["reasoning_details"], []]);
    expect(told.filter((delta) => "reasoning_details" in delta)).toHaveLength(1);
    expect(readThoughts(told.at(-2) ?? {})).toEqual([
      { ...thought, text: "a" },
      { ...thought, text: "", seal },
    ]);
    expect(writeBlocks([{ ...thought, text: "a" }])).not.toContain("reasoning_details");
  });

  it("leaves a stock client with the state of all thoughts, which its history brings back before the call", async () => {
    const seal = { family: "anthropic", id: null } as const;
    const thought = { kind: "reasoning", isSummary: false } as const;
    const blocks: readonly Block[] = [
      { ...thought, text: 'Some "deep"\nthought', seal: { ...seal, form: "signature", data: "s" } },
      { ...thought, text: "", seal: { ...seal, form: "redacted", data: "r" } },
      { kind: "tool_call", id: "call_1", name: "now", form: "function", arguments: "{}", namespace: null, seal: null },
    ];
    const message = await accumulate(writeBlocks(blocks));
    expect(message).toMatchObject({ reasoning_details: [{ index: 0 }, { index: 1 }], tool_calls: [{ id: "call_1" }] });
    const { turns } = read({ messages: [message, { role: "tool", tool_call_id: "call_1", content: "noon" }] });
    expect(turns[0]?.blocks).toEqual(blocks);
  });
});

describe("what a written chat stream holds", () => {
  const start: ChatEvent = { kind: "start", id: null, model: null, usage: null };
  const end: ChatEvent = { kind: "finish", finish: { reason: "stop", raw: null, stopSequence: null } };
  const usage: ChatEvent = {
    kind: "usage",
    usage: { inputTokens: 3, cachedInputTokens: 1, cacheWriteTokens: 2, outputTokens: 5, reasoningTokens: 4, estimated: false },
  };

  it("tells usage to a caller that asked for it alone", () => {
    const quiet = createWriter(contextOf()).write([start, usage, end]);
    expect(chunksOf(quiet).every((chunk) => !("usage" in chunk))).toBe(true);
    const asked = createWriter(contextOf(ASKS_USAGE)).write([start, usage, end]);
    expect(chunksOf(asked).at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 5,
        total_tokens: 8,
        prompt_tokens_details: { cached_tokens: 1, cache_write_tokens: 2 },
      },
    });
  });

  it("ends a call without arguments with an empty object", () => {
    const head = { kind: "tool_call", id: "call_1", name: "now", form: "function", namespace: null } as const;
    const text = createWriter(contextOf()).write([start, { kind: "open", index: 0, head }, { kind: "close", index: 0 }, end]);
    expect(deltasOf(text)[2]).toEqual({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] });
  });

  it("ends in one error event and nothing after it", () => {
    const failure = {
      class: "overloaded",
      status: 200,
      message: "Too much.",
      param: null,
      code: null,
      retryAfterSeconds: null,
    } as const;
    const text = createWriter(contextOf()).write([start, { kind: "error", failure }]);
    expect(chunksOf(text).at(-1)).toEqual({
      error: { message: "Too much.", type: "upstream_error", param: null, code: "stream_interrupted" },
    });
    expect(text).not.toContain("[DONE]");
  });

  it("tells citations once, with offsets in the whole text", () => {
    const annotation = { url: "https://a.example", title: null, startIndex: 0, endIndex: 2, citedText: null };
    const text = createWriter(contextOf()).write([
      start,
      ...textEvents(0, ["one\\n"]),
      { kind: "open", index: 1, head: { kind: "text" } },
      { kind: "delta", index: 1, pieces: ["two"] },
      { kind: "annotate", index: 1, annotation },
      { kind: "close", index: 1 },
      end,
    ]);
    expect(deltasOf(text).at(-2)).toEqual({
      annotations: [
        {
          type: "url_citation",
          url_citation: { url: "https://a.example", title: "https://a.example", start_index: 4, end_index: 6 },
        },
      ],
    });
  });

  it("tells images and sound as servers of this dialect do", () => {
    const media = { kind: "media", name: null, detail: null } as const;
    const blocks: readonly Block[] = [
      { ...media, media: "image", mimeType: "image/png", source: { kind: "base64", data: "aGk=" } },
      { ...media, media: "audio", mimeType: null, source: { kind: "base64", data: "aGk=" }, transcript: "hi" },
    ];
    const text = createWriter(contextOf()).write([
      start,
      ...blocks.map((block, index) => ({ kind: "block", index, block }) as const),
      end,
    ]);
    expect(deltasOf(text).slice(1, 3)).toEqual([
      { images: [{ type: "image_url", image_url: { url: "data:image/png;base64,aGk=" }, index: 0 }] },
      { audio: { id: `audio_${SEED}`, data: "aGk=", transcript: "hi", expires_at: 1_790_000_000 } },
    ]);
  });

  it("speaks of a function where the caller knows no tools", () => {
    const head = { kind: "tool_call", id: "call_1", name: "now", form: "function", namespace: null } as const;
    const text = createWriter(contextOf({ functions: [{ name: "now" }] })).write([
      start,
      { kind: "open", index: 0, head },
      { kind: "delta", index: 0, pieces: ["{}"] },
      { kind: "close", index: 0 },
      { kind: "finish", finish: { reason: "tool_calls", raw: null, stopSequence: null } },
    ]);
    expect(deltasOf(text).slice(1)).toEqual([
      { function_call: { name: "now", arguments: "" } },
      { function_call: { arguments: "{}" } },
      {},
    ]);
    expect(text).toContain('"finish_reason":"function_call"');
  });
});
