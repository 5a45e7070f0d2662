import * as fc from "fast-check";
import type { Block, MediaBlock } from "../../../src/dialects/canonical/block.ts";
import type { ChatRequest, Tool, ToolChoice, Turn } from "../../../src/dialects/canonical/chat-request.ts";
import { EMPTY, sampling } from "./asking.ts";

const mark = fc.option(fc.record({ ttl: fc.constantFrom(null, "5m", "1h", "30m") }), { nil: undefined, freq: 4 });
const words = fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constantFrom("", " \n", "hello", "end \n"));
const name = fc.constantFrom("f", "my.tool", "a/b", "x".repeat(80), "get_weather");
const callId = fc.constantFrom("1", "call_a", "functions.f:0", "é", "y".repeat(70));
const json = fc.oneof(
  fc.constantFrom("", "{", "[]", '{"a":1.0,"n":12345678901234567890}'),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);

const media: fc.Arbitrary<MediaBlock> = fc.record({
  kind: fc.constant("media" as const),
  media: fc.constantFrom("image", "audio", "video", "file"),
  mimeType: fc.constantFrom(null, "image/png", "image/tiff", "audio/wav", "video/mp4", "application/pdf", "text/plain"),
  source: fc.constantFrom<MediaBlock["source"]>(
    { kind: "base64", data: "aGk=" },
    { kind: "url", url: "https://a.example/x" },
    { kind: "url", url: "s3://b/x" },
    { kind: "text", text: "é" },
  ),
  name: fc.constantFrom(null, "Report_1.pdf", "notes.md", "…"),
  detail: fc.constantFrom(null, "low"),
});
const textBlock = fc.record({ kind: fc.constant("text" as const), text: words });
const seal = fc.record({
  family: fc.constantFrom("bedrock-anthropic", "openai"),
  form: fc.constantFrom("signature", "redacted", "encrypted"),
  data: fc.constant("c2ln"),
  id: fc.constant(null),
});
const spoken: fc.Arbitrary<Block> = fc.oneof(
  textBlock,
  media,
  fc.record({
    kind: fc.constant("reasoning" as const),
    text: words,
    isSummary: fc.boolean(),
    seal: fc.option(seal, { nil: null }),
  }),
  fc.record({ kind: fc.constant("refusal" as const), text: words }),
  fc.record({
    kind: fc.constant("tool_call" as const),
    id: callId,
    name,
    form: fc.constantFrom("function", "custom"),
    arguments: json,
    namespace: fc.constant(null),
    seal: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant("opaque" as const),
    dialect: fc.constant("gemini"),
    type: fc.constant("x"),
    raw: fc.constant({}),
  }),
);
const heard: fc.Arbitrary<Block> = fc.oneof(
  textBlock,
  media,
  fc.record({
    kind: fc.constant("tool_result" as const),
    callId,
    name: fc.constant(null),
    isError: fc.boolean(),
    content: fc.array(fc.oneof(textBlock, media), { maxLength: 3 }),
  }),
);

const marked = (block: fc.Arbitrary<Block>): fc.Arbitrary<Block> =>
  fc.tuple(block, mark).map(([bare, cache]) => (cache === undefined ? bare : { ...bare, cache }));
const blocks = (block: fc.Arbitrary<Block>): fc.Arbitrary<readonly Block[]> => fc.array(marked(block), { maxLength: 4 });
const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ role: fc.constantFrom("system", "developer"), blocks: blocks(textBlock) }) },
  { weight: 3, arbitrary: fc.record({ role: fc.constant("user" as const), blocks: blocks(heard) }) },
  { weight: 3, arbitrary: fc.record({ role: fc.constant("assistant" as const), blocks: blocks(spoken) }) },
);
const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc
    .tuple(
      fc.record({
        kind: fc.constant("function" as const),
        name,
        description: fc.constantFrom(null, "", "does"),
        schema: fc.constantFrom(null, {}, { type: "object" }),
        strict: fc.constantFrom(null, true, false),
      }),
      mark,
    )
    .map(([bare, cache]) => (cache === undefined ? bare : { ...bare, cache })),
  fc.record({
    kind: fc.constant("custom" as const),
    name,
    description: fc.constant(null),
    format: fc.constantFrom(null, { type: "grammar" }),
  }),
  fc.record({
    kind: fc.constant("server" as const),
    dialect: fc.constant("openai-responses"),
    type: fc.constant("web_search"),
    raw: fc.constant({}),
  }),
);
const toolChoice: fc.Arbitrary<ToolChoice> = fc.oneof(
  fc.record({ kind: fc.constantFrom("auto", "none", "required") }),
  fc.record({ kind: fc.constant("tool" as const), name }),
  fc.record({ kind: fc.constant("subset" as const), mode: fc.constantFrom("auto", "required"), names: fc.array(name) }),
);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });

/** Requests of any caller. Results that answer no call are refused, so that every one of them has had its call. */
export const requestArbitrary: fc.Arbitrary<ChatRequest> = fc
  .record({
    stream: fc.boolean(),
    turns: fc.array(turn, { maxLength: 6 }),
    tools: fc.array(tool, { maxLength: 3 }),
    toolChoice: maybe(toolChoice),
    parallelTools: maybe(fc.boolean()),
    sampling: fc
      .record({
        maxOutputTokens: maybe(fc.nat(9000)),
        temperature: maybe(fc.constantFrom(0, 0.5, 1, 2)),
        topP: maybe(fc.constantFrom(0.1, 0.99)),
        topK: maybe(fc.nat(50)),
        stop: fc.array(words, { maxLength: 2 }),
      })
      .map(sampling),
    output: maybe(
      fc.constantFrom<NonNullable<ChatRequest["output"]>>(
        { kind: "json_object" },
        { kind: "json_schema", name: "a b", description: "", schema: { type: "object" }, strict: true },
      ),
    ),
    reasoning: maybe(
      fc.record({
        effort: fc.constantFrom(null, "none", "low", "high", "xhigh"),
        budgetTokens: maybe(fc.nat(9000)),
        visible: maybe(fc.boolean()),
        adaptive: fc.boolean(),
      }),
    ),
    serviceTier: fc.constantFrom(null, "auto", "flex", "fast"),
    user: maybe(words),
    metadata: maybe(fc.dictionary(fc.string({ maxLength: 5 }), words, { maxKeys: 20 })),
    cache: maybe(fc.record({ ttl: fc.constantFrom(null, "1h") })),
  })
  .map((drawn) => ({
    ...EMPTY,
    ...drawn,
    turns: [...withCalls(drawn.turns), { role: "user", blocks: [{ kind: "text", text: "go on" }] }],
  }));

function withCalls(turns: readonly Turn[]): readonly Turn[] {
  const calls = new Set<string>();
  return turns.map((one) => {
    for (const block of one.blocks) if (block.kind === "tool_call") calls.add(block.id);
    return { ...one, blocks: one.blocks.filter((block) => block.kind !== "tool_result" || calls.has(block.callId)) };
  });
}
