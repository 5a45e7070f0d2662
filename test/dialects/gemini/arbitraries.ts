import * as fc from "fast-check";
import type { Block, MediaBlock, Seal, ToolCallBlock } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import {
  type ChatRequest,
  NO_SAMPLING,
  type Tool,
  type ToolChoice,
  type Turn,
} from "../../../src/dialects/canonical/chat-request.ts";

/** Any text that JSON can hold, lone surrogates aside. */
const anyText = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed());
const base64 = fc.base64String({ minLength: 4, maxLength: 16 });

export const geminiSeal: fc.Arbitrary<Seal> = base64.map((data) => ({
  family: "gemini",
  form: "thought_signature" as const,
  data,
  id: null,
}));
const foreignSeal: fc.Arbitrary<Seal> = fc.record({
  family: fc.constantFrom("anthropic", "openai"),
  form: fc.constantFrom("signature" as const, "redacted" as const, "encrypted" as const),
  data: anyText,
  id: fc.option(fc.constant("rs_1")),
});

/** Arguments as a serialiser writes them: what another one writes is not kept to the blank. */
const argumentsText = fc
  .dictionary(
    fc.stringMatching(/^[a-z]{1,4}$/),
    fc.oneof(fc.integer(), anyText, fc.constant(null), fc.constant([1, { a: true }])),
    { maxKeys: 3 },
  )
  .map((value) => JSON.stringify({ ...value }));

const image: fc.Arbitrary<MediaBlock> = base64.map((data) => ({
  kind: "media",
  media: "image",
  mimeType: "image/png",
  source: { kind: "base64", data },
  name: null,
  detail: null,
}));

/** What a model's part can be: its blocks. */
function modelPart(seal: fc.Arbitrary<Seal>, hasMedia: boolean): fc.Arbitrary<readonly Block[]> {
  const text = anyText.map((said): Block => ({ kind: "text", text: said }));
  const only = seal.map((sealed): Block => ({ kind: "reasoning", text: "", isSummary: true, seal: sealed }));
  const thought = fc
    .record({ text: anyText, seal: fc.option(seal) })
    .map((one): Block => ({ kind: "reasoning", isSummary: true, ...one }));
  const call = fc
    .record({ id: fc.uuid(), name: fc.constantFrom("f", "g.h:i-j"), arguments: argumentsText, seal: fc.option(seal) })
    .map((one): ToolCallBlock => ({ kind: "tool_call", form: "function", namespace: null, ...one }));
  const single: fc.Arbitrary<Block>[] = hasMedia ? [text, thought, call, image] : [text, thought, call];
  return fc.oneof(
    fc.oneof(...single).map((block) => [block]),
    fc.tuple(text, only),
  );
}

/** A model's turn in the one form that parts can have: texts and thoughts that adjoin would be one. */
export function modelBlocks(seal: fc.Arbitrary<Seal>, hasMedia = true): fc.Arbitrary<readonly Block[]> {
  return fc
    .array(modelPart(seal, hasMedia), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.flatMap((blocks, index) => (index > 0 && adjoin(parts[index - 1]?.[0], blocks[0]) ? [] : blocks)));
}

function adjoin(first: Block | undefined, second: Block | undefined): boolean {
  return first !== undefined && first.kind === second?.kind && (first.kind === "text" || first.kind === "reasoning");
}

const count = fc.integer({ min: 0, max: 1_000 });

export const answer: fc.Arbitrary<ChatAnswer> = fc
  .record({
    blocks: modelBlocks(fc.oneof(geminiSeal, foreignSeal)),
    reason: fc.constantFrom("stop" as const, "length" as const, "content_filter" as const),
    usage: fc.option(fc.record({ input: count, cached: count, answer: count, thoughts: count })),
  })
  .map(({ blocks, reason, usage }) => {
    const hasCalls = blocks.some(({ kind }) => kind === "tool_call");
    return {
      id: "r",
      model: "m",
      blocks,
      finish: { reason: hasCalls && reason === "stop" ? "tool_calls" : reason, raw: null, stopSequence: null },
      usage:
        usage === null
          ? null
          : {
              inputTokens: usage.input + usage.cached,
              cachedInputTokens: usage.cached,
              cacheWriteTokens: 0,
              outputTokens: usage.answer + usage.thoughts,
              reasoningTokens: usage.thoughts,
              estimated: false,
            },
    };
  });

const userBlocks = fc.array(
  fc.oneof(
    anyText.map((text): Block => ({ kind: "text", text })),
    image,
  ),
  { minLength: 1, maxLength: 3 },
);

/** A question, its answer, and the results of the calls in it. */
const exchange = fc.record({
  asked: userBlocks,
  said: modelBlocks(geminiSeal, false).map(signed),
  result: fc.record({ text: fc.oneof(anyText, argumentsText), isError: fc.boolean() }),
});

/** Thoughts without a signature are not sent back, and the first call of a turn must have one. */
function signed(blocks: readonly Block[]): readonly Block[] {
  const seal: Seal = { family: "gemini", form: "thought_signature", data: "c2ln", id: null };
  const first = blocks.findIndex(({ kind }) => kind === "tool_call");
  return blocks.map((block, index) => {
    const needsSeal = (block.kind === "reasoning" || (block.kind === "tool_call" && index === first)) && block.seal === null;
    return needsSeal ? { ...block, seal } : block;
  });
}

function turnsOf(
  exchanges: readonly { asked: readonly Block[]; said: readonly Block[]; result: { text: string; isError: boolean } }[],
): Turn[] {
  let results: Block[] = [];
  return exchanges.flatMap(({ asked, result, said }): Turn[] => {
    const user: Turn = { role: "user", blocks: [...results, ...asked] };
    results = said.flatMap((block): Block[] =>
      block.kind === "tool_call"
        ? [
            {
              kind: "tool_result",
              callId: block.id,
              name: block.name,
              isError: result.isError,
              content: [{ kind: "text", text: result.text }],
            },
          ]
        : [],
    );
    return [user, { role: "assistant", blocks: said }];
  });
}

const tools: fc.Arbitrary<readonly Tool[]> = fc
  .record({ isStrict: fc.boolean(), isServed: fc.boolean() })
  .map(({ isServed, isStrict }) => [
    ...(isServed ? [{ kind: "server", dialect: "gemini", type: "googleSearch", raw: { googleSearch: {} } } as const] : []),
    ...["f", "g.h:i-j"].map((name): Tool => ({
      kind: "function",
      name,
      description: "d",
      schema: { type: "object", properties: { a: { type: "string" } } },
      strict: isStrict ? true : null,
    })),
  ]);

const choice: fc.Arbitrary<ToolChoice> = fc.constantFrom(
  { kind: "none" },
  { kind: "required" },
  { kind: "tool", name: "f" },
  { kind: "subset", mode: "required", names: ["f", "g.h:i-j"] },
);

const number = fc.option(fc.constantFrom(0, 0.5, 1));

/** A request that Gemini can be told as it is. */
export const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    system: fc.option(anyText),
    exchanges: fc.array(exchange, { minLength: 1, maxLength: 4 }),
    tools,
    toolChoice: choice,
    sampling: fc.record({
      maxOutputTokens: fc.option(fc.integer({ min: 1, max: 9_000 })),
      temperature: number,
      topP: number,
      topK: fc.option(fc.integer({ min: 1, max: 50 })),
      stop: fc.array(anyText, { maxLength: 5 }),
      seed: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      presencePenalty: number,
      frequencyPenalty: number,
    }),
    effort: fc.option(fc.constantFrom("low" as const, "medium" as const, "high" as const)),
    visible: fc.boolean(),
    isFormatted: fc.boolean(),
    modalities: fc.constantFrom([], ["image"], ["audio"]),
    metadata: fc.option(fc.constant({ team: "a" })),
    extra: fc.constantFrom(
      {},
      { safetySettings: [], "generationConfig.mediaResolution": "HIGH", "toolConfig.retrievalConfig": { a: 1 } },
    ),
  })
  .map(({ effort, exchanges, extra, isFormatted, sampling, system, visible, ...rest }) => ({
    ...rest,
    stream: false,
    turns: [
      ...(system === null ? [] : [{ role: "system", blocks: [{ kind: "text", text: system }] } as const]),
      ...turnsOf(exchanges),
    ],
    toolChoice: strictly(rest.tools, rest.toolChoice),
    parallelTools: null,
    sampling: { ...NO_SAMPLING, ...sampling },
    choices: 1,
    output: isFormatted ? { kind: "json_schema", name: null, description: null, schema: { type: "object" }, strict: null } : null,
    reasoning: effort === null ? null : { effort, budgetTokens: null, visible, adaptive: false },
    verbosity: null,
    serviceTier: null,
    user: null,
    promptCacheKey: null,
    cache: null,
    extra: { dialect: "gemini", fields: extra },
  }));

/** Strictness is a mode of its own, which leaves the choice to the model. */
function strictly(declared: readonly Tool[], chosen: ToolChoice): ToolChoice {
  return declared.some((tool) => tool.kind === "function" && tool.strict === true) ? { kind: "auto" } : chosen;
}
