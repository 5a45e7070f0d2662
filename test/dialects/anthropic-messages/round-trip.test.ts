import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block, TextBlock, ToolResultBlock } from "../../../src/dialects/canonical/block.ts";
import type { ChatRequest, ReasoningWish, Tool, ToolChoice, Turn } from "../../../src/dialects/canonical/chat-request.ts";
import { NO_SAMPLING } from "../../../src/dialects/canonical/chat-request.ts";
import { writeRequest } from "../../../src/dialects/anthropic-messages/write-request.ts";
import { OLD, readBody, upstreamOf } from "./ask.ts";
import { argumentsJson } from "../canonical/any-json.ts";

const DIALECT = "anthropic-messages";

const visible = fc.string({ unit: "grapheme", minLength: 1 }).map((text) => `${text}.`);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
const cache = fc.constantFrom({ ttl: null }, { ttl: "5m" }, { ttl: "1h" });
const argumentsText = argumentsJson();

const text: fc.Arbitrary<TextBlock> = visible.map((said) => ({ kind: "text", text: said }));

const media: fc.Arbitrary<Block> = fc.constantFrom<Block>(
  { kind: "media", media: "image", mimeType: "image/png", source: { kind: "base64", data: "AA==" }, name: null, detail: null },
  {
    kind: "media",
    media: "image",
    mimeType: null,
    source: { kind: "url", url: "https://a.example/a" },
    name: null,
    detail: null,
  },
  {
    kind: "media",
    media: "image",
    mimeType: null,
    source: { kind: "file_id", id: "file_1", family: "anthropic" },
    name: null,
    detail: null,
  },
  {
    kind: "media",
    media: "file",
    mimeType: "application/pdf",
    source: { kind: "base64", data: "AA==" },
    name: "a",
    detail: null,
  },
  { kind: "media", media: "file", mimeType: "text/plain", source: { kind: "text", text: "T" }, name: null, detail: null },
);

const thought: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant("reasoning" as const),
  text: visible,
  isSummary: fc.constant(false),
  seal: fc.record({
    family: fc.constant("anthropic"),
    form: fc.constant("signature" as const),
    data: visible,
    id: fc.constant(null),
  }),
});

const opaque: fc.Arbitrary<Block> = id.map((name) => ({
  kind: "opaque",
  dialect: DIALECT,
  type: "server_tool_use",
  raw: { type: "server_tool_use", id: name, name, input: {} },
}));

/** A question, and an answer that thinks, speaks and calls; the calls are answered in the next turn. */
const exchange: fc.Arbitrary<readonly Turn[]> = fc
  .record({
    asked: fc.array(fc.oneof(text, media), { minLength: 1, maxLength: 3 }),
    thought,
    said: fc.array(fc.oneof(text, opaque), { maxLength: 2 }),
    calls: fc.uniqueArray(id, { maxLength: 2 }),
    input: argumentsText,
    results: fc.array(text, { maxLength: 2 }),
    isError: fc.boolean(),
  })
  .map(({ asked, calls, input, isError, results, said, thought: opening }) => {
    const made = calls.map((callId): Block => ({
      kind: "tool_call",
      id: callId,
      name: "f",
      form: "function",
      arguments: input,
      namespace: null,
      seal: null,
    }));
    const answered = calls.map((callId): ToolResultBlock => ({
      kind: "tool_result",
      callId,
      name: null,
      isError,
      content: results,
    }));
    return [
      { role: "user", blocks: asked },
      { role: "assistant", blocks: [opening, ...said, ...made] },
      ...(answered.length === 0
        ? []
        : ([
            { role: "user", blocks: answered },
            { role: "assistant", blocks: [opening] },
          ] as const)),
    ];
  });

const system: fc.Arbitrary<readonly Turn[]> = fc
  .array(fc.record({ kind: fc.constant("text" as const), text: visible, cache }), { maxLength: 2 })
  .map((blocks) => (blocks.length === 0 ? [] : [{ role: "system", blocks }]));

const turns: fc.Arbitrary<readonly Turn[]> = fc
  .tuple(system, fc.array(exchange, { maxLength: 3 }), visible)
  .map(([leading, exchanges, last]) => [
    ...leading,
    ...exchanges.flat(),
    { role: "user", blocks: [{ kind: "text", text: last, cache: { ttl: null } }] },
  ]);

const tools: fc.Arbitrary<readonly Tool[]> = fc.constantFrom<readonly Tool[]>(
  [],
  [
    {
      kind: "function",
      name: "f",
      description: "F.",
      schema: { type: "object", properties: {} },
      strict: true,
      cache: { ttl: "1h" },
    },
  ],
  [
    {
      kind: "function",
      name: "f",
      description: null,
      schema: { type: "object" },
      strict: null,
      extra: { dialect: DIALECT, fields: { defer_loading: true } },
    },
    {
      kind: "server",
      dialect: DIALECT,
      type: "web_search_20250305",
      raw: { type: "web_search_20250305", name: "web_search", max_uses: 1 },
    },
  ],
);

const toolChoice = fc.constantFrom<ToolChoice | null>(null, { kind: "auto" }, { kind: "required" }, { kind: "tool", name: "f" });

const wish: fc.Arbitrary<ReasoningWish | null> = fc.constantFrom<ReasoningWish | null>(
  null,
  { effort: "none", budgetTokens: null, visible: null, adaptive: false },
  { effort: "max", budgetTokens: null, visible: null, adaptive: false },
  { effort: "low", budgetTokens: null, visible: true, adaptive: true },
  { effort: null, budgetTokens: null, visible: false, adaptive: true },
);

/** What this dialect can say. Names of speakers, verbosity, penalties and the like are not among it: they are named as losses. */
const requests: fc.Arbitrary<ChatRequest> = fc
  .record({
    stream: fc.boolean(),
    turns,
    tools,
    toolChoice,
    single: fc.boolean(),
    reasoning: wish,
    maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
    stop: fc.array(visible, { maxLength: 2 }),
    topK: fc.option(fc.nat()),
    user: fc.option(id),
    output: fc.constantFrom(null, {
      kind: "json_schema",
      name: null,
      description: null,
      schema: { type: "object" },
      strict: null,
    } as const),
    cache: fc.option(cache),
    fields: fc.constantFrom({}, { container: "c" }),
  })
  .map(({ fields, maxOutputTokens, single, stop, toolChoice: choice, tools: offered, topK, ...rest }) => ({
    ...rest,
    tools: offered,
    toolChoice: offered.length === 0 ? null : choice,
    parallelTools: single && choice !== null && offered.length > 0 ? false : null,
    sampling: { ...NO_SAMPLING, maxOutputTokens, stop, topK: rest.reasoning?.adaptive === true ? null : topK },
    choices: 1,
    modalities: [],
    verbosity: null,
    serviceTier: null,
    metadata: null,
    promptCacheKey: null,
    extra: { dialect: DIALECT, fields },
  }));

describe("a request of this dialect", () => {
  it("is read as it was written, and nothing of it is lost", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { body, losses } = writeRequest(request, OLD);
        const marks = body.match(/cache_control/g)?.length ?? 0;
        fc.pre(marks < 4);
        expect(losses).toEqual([]);
        const { stream, ...read } = readBody(body);
        expect({ stream, ...read }).toEqual(request);
      }),
    );
  });

  it("is the same bytes for the same model, and another model's name is all that differs for another", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { body } = writeRequest(request, OLD);
        expect(writeRequest(structuredClone(request), OLD).body).toBe(body);
        const other = writeRequest(request, upstreamOf("2023-06-01", { model: "other" })).body;
        expect(other).toBe(body.replace('"claude-upstream"', '"other"'));
      }),
    );
  });
});
