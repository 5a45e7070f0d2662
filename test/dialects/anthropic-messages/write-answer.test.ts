import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block, Seal } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import { wrapSeal } from "../../../src/dialects/canonical/seal-envelope.ts";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import { readChat } from "../../../src/dialects/anthropic-messages/read-answer.ts";
import { createWriter } from "../../../src/dialects/anthropic-messages/stream-writer.ts";
import { writeAnswer } from "../../../src/dialects/anthropic-messages/write-answer.ts";
import { ANSWER_CONTEXT, answers, toEvents } from "./answer-values.ts";
import { checkMessagesStream } from "./check-messages-stream.ts";
import { arrange, CONTEXT, expectedOf, gather, inPieces, normalize } from "./gather.ts";
import { recordings } from "./recordings.ts";

function write(events: ReturnType<typeof toEvents>): string {
  return createWriter(ANSWER_CONTEXT).write(events);
}

/** Seals of other families come back in their envelope, that of a call as a block of its own; unsealed thoughts are told apart. */
function asReadBack(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    if (block.kind === "reasoning") return [{ ...block, seal: wrapped(block.seal, "signature") }];
    if (block.kind !== "tool_call" || block.seal === null) return [block];
    return [
      { ...block, seal: null },
      { kind: "reasoning", text: "", isSummary: false, seal: wrapped(block.seal, "redacted") },
    ];
  });
}

function wrapped(seal: Seal | null, form: Seal["form"]): Seal {
  const inside = seal ?? { family: "none", form: "signature", data: "", id: null };
  return { family: "anthropic", form, data: wrapSeal(inside, "anthropic"), id: null };
}

describe("writing", () => {
  for (const { name, normalized, stream } of recordings("anthropic-messages")) {
    if (stream === null || normalized === null) continue;

    it(`${name} is written as a stream that says the same`, () => {
      const events = arrange([stream]);
      const text = write(events);
      expect(normalize(gather(arrange([text])))).toEqual(expectedOf(normalized));
      if (normalized.finish !== null) expect(checkMessagesStream(text)).toEqual([]);
    });
  }

  it("a stream is the same however its events are handed over", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const writer = createWriter(ANSWER_CONTEXT);
        const events = toEvents(answer);
        expect(events.map((event) => writer.write([event])).join("")).toBe(write(events));
      }),
    );
  });

  it("a stream is read back as it was written, seals in their envelope", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const text = write(toEvents(answer));
        expect(checkMessagesStream(text)).toEqual([]);
        const { answer: read } = gather(arrange(inPieces(text, 11)));
        expect(read).toEqual({ ...answer, blocks: asReadBack(answer.blocks) });
      }),
    );
  });

  it("a whole answer is read back as it was written, seals in their envelope", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const read = readChat(writeAnswer(answer, ANSWER_CONTEXT), CONTEXT);
        expect(read).toEqual({ kind: "read", answer: { ...answer, blocks: asReadBack(answer.blocks) } });
      }),
    );
  });
});

const ANSWER: ChatAnswer = {
  id: null,
  model: null,
  blocks: [{ kind: "text", text: "Hello" }],
  finish: { reason: "stop", raw: "stop", stopSequence: null },
  usage: null,
};

function written(answer: Partial<ChatAnswer>): Record<string, unknown> {
  return JSON.parse(writeAnswer({ ...ANSWER, ...answer }, ANSWER_CONTEXT)) as Record<string, unknown>;
}

describe("a whole answer", () => {
  it("gets an id, a model and a usage where the backend gave none", () => {
    expect(written({})).toEqual({
      id: "msg_0123456789abcdef0123456789abcdef",
      type: "message",
      role: "assistant",
      model: "upstream-model",
      content: [{ type: "text", text: "Hello", citations: null }],
      stop_reason: "end_turn",
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: {
        input_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 0,
        output_tokens_details: null,
        server_tool_use: null,
        cache_creation: null,
        inference_geo: null,
        service_tier: null,
      },
    });
  });

  it("counts fresh input apart from what the cache read and stored, never below nothing", () => {
    const usage = {
      inputTokens: 10,
      cachedInputTokens: 8,
      cacheWriteTokens: 5,
      outputTokens: 2,
      reasoningTokens: 1,
      estimated: false,
    };
    expect(written({ usage })["usage"]).toMatchObject({
      input_tokens: 0,
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 8,
      output_tokens: 2,
      output_tokens_details: { thinking_tokens: 1 },
    });
  });

  it("that is a refusal ends as one", () => {
    expect(written({ blocks: [{ kind: "refusal", text: "No." }] })).toMatchObject({
      content: [{ type: "text", text: "No." }],
      stop_reason: "refusal",
    });
  });

  it("says where media stood", () => {
    const media = {
      kind: "media",
      media: "image",
      mimeType: "image/png",
      source: { kind: "base64", data: "AA==" },
      name: null,
      detail: null,
    } as const;
    expect(written({ blocks: [media] })["content"]).toMatchObject([
      { type: "text", text: "[image (image/png) left out: it cannot be shown in this format]" },
    ]);
  });

  it("keeps every digit of a call's arguments, and shows none that are cut off", () => {
    const call = { kind: "tool_call", id: "1", name: "f", form: "function", namespace: null, seal: null } as const;
    const blocks = [
      { ...call, arguments: '{"n":12345678901234567890.5}' },
      { ...call, arguments: '{"n":' },
    ];
    const text = writeAnswer({ ...ANSWER, blocks }, ANSWER_CONTEXT);
    expect(text).toContain('"input":{"n":12345678901234567890.5}');
    expect(text).toContain('"input":{}');
  });

  it("cites addresses with an index that is told from Anthropic's own", () => {
    const annotation = { url: "https://a.example", title: "A", startIndex: 0, endIndex: 5, citedText: null };
    expect(written({ blocks: [{ kind: "text", text: "Hello", annotations: [annotation] }] })["content"]).toMatchObject([
      {
        type: "text",
        text: "Hello",
        citations: [
          {
            type: "web_search_result_location",
            cited_text: "",
            url: "https://a.example",
            title: "A",
            encrypted_index: expect.stringMatching(/^fairlead1\./),
          },
        ],
      },
    ]);
  });

  it("leaves out what only callers of another dialect can read", () => {
    const opaque = { kind: "opaque", dialect: "openai-responses", type: "web_search_call", raw: {} } as const;
    expect(written({ blocks: [opaque, { kind: "text", text: "Hello" }] })["content"]).toMatchObject([
      { type: "text", text: "Hello" },
    ]);
  });
});

describe("a stream", () => {
  const start = { kind: "start", id: null, model: null, usage: null } as const;

  it("keeps its indices together where a block is left out", () => {
    const text = write([
      start,
      { kind: "block", index: 0, block: { kind: "opaque", dialect: "gemini", type: "executableCode", raw: {} } },
      { kind: "open", index: 1, head: { kind: "text" } },
      { kind: "delta", index: 1, pieces: ["a"] },
      { kind: "close", index: 1 },
      { kind: "finish", finish: ANSWER.finish },
    ]);
    expect(checkMessagesStream(text)).toEqual([]);
  });

  it("tells cited sources inside their text", () => {
    const annotation = { url: "https://a.example", title: null, startIndex: null, endIndex: null, citedText: "b" };
    const { answer } = gather(
      arrange([
        write([
          start,
          { kind: "open", index: 0, head: { kind: "text" } },
          { kind: "delta", index: 0, pieces: ["a"] },
          { kind: "annotate", index: 0, annotation },
          { kind: "close", index: 0 },
          { kind: "finish", finish: ANSWER.finish },
        ]),
      ]),
    );
    expect(answer.blocks).toEqual([{ kind: "text", text: "a", annotations: [annotation] }]);
  });

  it("that fails ends in one error event", () => {
    const failure = {
      class: "context_length",
      status: 200,
      message: "Too many tokens.",
      param: null,
      code: null,
      retryAfterSeconds: null,
    } as const;
    expect(write([{ kind: "error", failure }])).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: Too many tokens."},"request_id":null}\n\n',
    );
  });

  it("is kept open by pings, which say nothing", () => {
    const { surface } = anthropicMessages;
    expect(surface?.heartbeat).toBe('event: ping\ndata: {"type":"ping"}\n\n');
    expect(arrange([surface?.heartbeat ?? ""])).toEqual([]);
  });
});
