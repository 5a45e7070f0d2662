import { describe, expect, it, vi } from "vitest";
import { createStreamReader } from "../../../src/dialects/openai-chat/stream-reader.ts";
import { createStreamRepair } from "../../../src/dialects/openai-chat/repair-stream.ts";
import { SEED } from "./asking.ts";
import { checkChunks } from "./check-chunks.ts";
import { arrange, gather, meaningOfAnswer, split } from "./gather.ts";
import { runSdk } from "./sdk.ts";
import { CALL_TRAPS, END_TRAPS, streamOf } from "./traps.ts";

const CONTEXT = { seed: SEED, family: "openai-chat" };
const SIZES = [0, 1, 7, 64];

function mend(stream: string, size = 0): string {
  const repair = createStreamRepair(1, "");
  const pieces = size === 0 ? [stream] : split(stream, size);
  return pieces.map((piece) => repair.mend(piece)).join("") + repair.mendEnd();
}

function read(stream: string, size = 0): ReturnType<typeof gather> {
  return gather(arrange(createStreamReader(CONTEXT), size === 0 ? [stream] : split(stream, size)));
}

describe("calls told in ways of their own", () => {
  it.each(CALL_TRAPS.map((trap) => [trap.title, trap] as const))("are read: %s", (_, { calls, stream }) => {
    for (const size of SIZES) {
      const answer = read(stream, size);
      expect(answer === null ? null : meaningOfAnswer(answer).calls).toEqual(
        calls.map(([name, input]) => ({ name, arguments: input })),
      );
      const ids = answer?.blocks.flatMap((block) => (block.kind === "tool_call" ? [block.id] : [])) ?? [];
      expect(new Set(ids).size).toBe(calls.length);
    }
  });

  it.each(CALL_TRAPS.map((trap) => [trap.title, trap] as const))("are mended: %s", async (_, { calls, stream }) => {
    const text = mend(stream);
    expect(checkChunks(text, { isOurs: false })).toEqual([]);
    expect(await runSdk(text)).toMatchObject({
      calls: calls.map(([name, input]) => ({ name, arguments: input })),
      finish: "tool_calls",
    });
    for (const size of SIZES) expect(mend(stream, size)).toBe(text);
  });

  it("keep their order and their text when they are of another kind", async () => {
    const stream = streamOf([
      { delta: { role: "assistant", content: "" } },
      { delta: { tool_calls: [{ id: "a", type: "custom", custom: { name: "run", input: "" } }] } },
      { delta: { tool_calls: [{ id: "a", custom: { input: "ls -" } }] } },
      { delta: { tool_calls: [{ id: "a", custom: { input: "l" } }] } },
      { delta: {}, finish_reason: "stop" },
    ]);
    expect(read(stream)?.blocks).toMatchObject([{ kind: "tool_call", form: "custom", name: "run", arguments: "ls -l" }]);
    expect(await runSdk(mend(stream))).toMatchObject({ calls: [{ name: "run", arguments: "ls -l" }], finish: "tool_calls" });
  });

  it("are calls of the legacy kind where the server knows no other", () => {
    const stream = streamOf([
      { delta: { role: "assistant", content: null, function_call: { name: "f", arguments: "" } } },
      { delta: { function_call: { arguments: '{"x":' } } },
      { delta: { function_call: { arguments: "1}" } } },
      { delta: {}, finish_reason: "function_call" },
    ]);
    expect(read(stream)).toMatchObject({
      blocks: [{ kind: "tool_call", name: "f", arguments: '{"x":1}' }],
      finish: { reason: "tool_calls" },
    });
  });
});

describe("streams that end in ways of their own", () => {
  it.each(END_TRAPS.map((trap) => [trap.title, trap] as const))("are read: %s", (_, { finish, stream }) => {
    expect(read(stream)?.finish.reason ?? null).toBe(finish);
  });

  it.each(END_TRAPS.map((trap) => [trap.title, trap] as const))("are mended: %s", async (_, { finish, stream }) => {
    const text = mend(stream);
    if (finish === null) expect(text).not.toContain("[DONE]");
    else {
      expect(checkChunks(text, { isOurs: false })).toEqual([]);
      expect(await runSdk(text)).toMatchObject({ finish });
    }
  });
});

describe("what a server says beside the answer", () => {
  it("passes as it came when it is sound, and keeps unknown members when it is not", () => {
    const sound =
      'data: {"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":null,"own":1}],"own":[1.50]}\n\n';
    const odd =
      'data: {"id":"1","choices":[{"delta":{"content":[{"type":"text","text":"b"}],"own":2},"own":1}],"own":0.12345678901234567890}\n\n';
    expect(mend(sound + odd)).toBe(
      `${sound}data: {"id":"1","choices":[{"delta":{"content":"b","own":2},"own":1,"index":0,"finish_reason":null}],"own":0.12345678901234567890}\n\n`,
    );
  });

  it("passes plain deltas verbatim, however many come at once", () => {
    const words = Array.from({ length: 50 }, (_, index) => ({ delta: { content: `word ${index} "é"\n` } }));
    const stream = streamOf([{ delta: { role: "assistant", content: "" } }, ...words, { delta: {}, finish_reason: "stop" }]);
    expect(mend(stream)).toBe(stream);
    expect(mend(stream, 64)).toBe(stream);
  });

  it("parses of many plain deltas the first and no more", () => {
    const words = Array.from({ length: 50 }, (_, index) => ({ delta: { content: `word ${index}` } }));
    const stream = streamOf([{ delta: { role: "assistant", content: "" } }, ...words, { delta: {}, finish_reason: "stop" }]);
    const parse = vi.spyOn(JSON, "parse");
    const countParsed = (run: () => unknown): number => {
      parse.mockClear();
      run();
      return parse.mock.calls.filter(([text]) => text.startsWith("{")).length;
    };
    // The first chunk, the delta that is learnt from, the end; a reader's first delta opens its block as well.
    expect([countParsed(() => mend(stream)), countParsed(() => read(stream))]).toEqual([3, 4]);
    parse.mockRestore();
  });

  it("tells thoughts once, whichever member holds them", () => {
    const stream = streamOf([
      { delta: { role: "assistant", reasoning: "hm", reasoning_content: "hm" } },
      {
        delta: {
          content: [
            { type: "thinking", thinking: [{ type: "text", text: "so" }] },
            { type: "text", text: "yes" },
          ],
        },
      },
      { delta: {}, finish_reason: "stop" },
    ]);
    expect(mend(stream)).toContain('"delta":{"role":"assistant","reasoning_content":"hm"}');
    expect(mend(stream)).toContain('"delta":{"content":"yes","reasoning_content":"so"}');
    const answer = read(stream);
    expect(answer === null ? null : meaningOfAnswer(answer)).toMatchObject({ reasoning: "hmso", text: "yes" });
  });

  it("is metered on its way", () => {
    const repair = createStreamRepair(1, "");
    repair.push(streamOf([{ delta: { content: "four" } }, { delta: {}, finish_reason: "length" }]));
    repair.end();
    expect(repair.reading).toMatchObject({
      content: true,
      finished: true,
      explained: true,
      terminated: true,
      failure: null,
      midEvent: false,
      outputCharacters: 4,
      contentEvents: 1,
    });
  });
});

describe("errors inside a stream", () => {
  it.each([
    ["an error object", '{"error":{"message":"no","code":429}}', "rate_limited"],
    ["an error text", '{"error":"no"}', "server_error"],
    ["object: error", '{"object":"error","message":"no","code":400}', "invalid_request"],
    [
      "an error beside choices",
      '{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"message":"no","code":502}}]}',
      "server_error",
    ],
    ["finish reason error", '{"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}', "server_error"],
  ])("are told in one form: %s", async (_, data, failureClass) => {
    const repair = createStreamRepair(1, "");
    const text =
      repair.mend(`${streamOf([{ delta: { content: "x" } }], false)}data: ${data}\n\ndata: [DONE]\n\n`) + repair.mendEnd();
    expect(repair.reading).toMatchObject({ failure: { class: failureClass }, errorTold: true });
    expect(text).not.toContain("[DONE]");
    expect(await runSdk(text)).toBeInstanceOf(Error);
    const reader = createStreamReader(CONTEXT);
    expect(arrange(reader, [`data: ${data}\n\n`]).at(-1)).toMatchObject({ kind: "error", failure: { class: failureClass } });
    expect(reader.errorTold).toBe(true);
  });

  it("never hold more than a line or an event may", () => {
    const endless = `data: ${"x".repeat(300_000)}`;
    const repair = createStreamRepair(1, "");
    expect(repair.mend(endless)).toContain('"error"');
    expect(repair.reading.failure).toMatchObject({ class: "malformed" });
    expect(arrange(createStreamReader(CONTEXT), [endless]).at(-1)).toMatchObject({
      kind: "error",
      failure: { class: "malformed" },
    });
  });
});

describe("opaque state in a stream", () => {
  const detail = { type: "reasoning.text", format: "anthropic-claude-v1", index: 0 };

  it("is kept whole, for the family it came from, before what follows it", () => {
    const stream = streamOf([
      { delta: { role: "assistant", reasoning: "a", reasoning_details: [{ ...detail, text: "a" }] } },
      { delta: { reasoning: "b", reasoning_details: [{ ...detail, text: "b" }] } },
      { delta: { reasoning_details: [{ ...detail, signature: "c2ln" }] } },
      { delta: { content: "so" } },
      { delta: {}, finish_reason: "stop" },
    ]);
    expect(read(stream)?.blocks).toEqual([
      {
        kind: "reasoning",
        text: "ab",
        isSummary: false,
        seal: { family: "openai-chat", form: "details", data: JSON.stringify([{ ...detail, signature: "c2ln" }]), id: null },
      },
      { kind: "text", text: "so" },
    ]);
  });

  it("is a call's where it stands in a call", () => {
    const stream = streamOf([
      {
        delta: {
          role: "assistant",
          tool_calls: [
            {
              index: 0,
              id: "a",
              type: "function",
              function: { name: "f", arguments: "{}" },
              extra_content: { google: { thought_signature: "c2ln" } },
            },
          ],
        },
      },
      { delta: {}, finish_reason: "stop" },
    ]);
    expect(read(stream)?.blocks).toMatchObject([
      { kind: "tool_call", seal: { family: "openai-chat", form: "thought_signature", data: "c2ln" } },
    ]);
  });
});
