import * as fc from "fast-check";
import type { Annotation, Block, MediaBlock, Seal, TextBlock, ToolCallBlock } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer, ChatEvent, FinishReason } from "../../../src/dialects/canonical/chat-event.ts";
import type { ChatRequest, Effort, Tool, Turn } from "../../../src/dialects/canonical/chat-request.ts";
import { argumentsJson } from "../canonical/any-json.ts";

/** Values that the Responses API can say; what cannot survive is left out here, with the reason. */
const text = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const name = fc.stringMatching(/^[a-z][a-z_]{0,9}$/);
/** A function is given an object. */
const argumentsText = argumentsJson(fc.string({ maxLength: 6 }));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

// An annotation without a title or a span gets empty ones: the schema requires them.
const annotation: fc.Arbitrary<Annotation> = fc.record({
  url: fc.webUrl(),
  title: text,
  startIndex: fc.nat(9),
  endIndex: fc.nat(9),
  citedText: fc.constant(null),
});
const ownSeal: fc.Arbitrary<Seal> = fc.record({
  family: fc.constant("openai"),
  form: fc.constant("encrypted"),
  data: text,
  id: fc.uuid().map((id) => `rs_${id}`),
});
const foreignSeal: fc.Arbitrary<Seal> = fc.record({
  family: fc.constantFrom("anthropic", "gemini"),
  form: fc.constantFrom("signature", "redacted", "details"),
  data: text,
  id: fc.constant(null),
});

const textBlock: fc.Arbitrary<TextBlock> = fc
  .record({ text, annotations: fc.array(annotation, { maxLength: 2 }) })
  .map(({ annotations, text: said }) => ({ kind: "text", text: said, ...(annotations.length === 0 ? {} : { annotations }) }));
const refusal: fc.Arbitrary<Block> = text.map((said) => ({ kind: "refusal", text: said }));
const image: fc.Arbitrary<MediaBlock> = fc.base64String({ minLength: 4 }).map((data) => ({
  kind: "media",
  media: "image",
  mimeType: "image/png",
  source: { kind: "base64", data },
  name: null,
  detail: null,
}));
const opaque: fc.Arbitrary<Block> = fc.uuid().map((id) => ({
  kind: "opaque",
  dialect: "openai-responses",
  type: "web_search_call",
  raw: { type: "web_search_call", id, status: "completed" },
}));

function call(ids: fc.Arbitrary<string>): fc.Arbitrary<ToolCallBlock> {
  return fc
    .record({ id: ids, name, form: fc.constantFrom("function", "custom"), arguments: argumentsText, namespace: maybe(name) })
    .map((fields) => ({ kind: "tool_call", ...fields, seal: null }));
}

/** Thoughts of which a seal ends the last: an item. Only summaries are written. */
function thoughts(seal: fc.Arbitrary<Seal | null>): fc.Arbitrary<readonly Block[]> {
  return fc.record({ texts: fc.array(text, { maxLength: 3 }), seal }).map(({ seal: last, texts }) => {
    const all = texts.length === 0 && last !== null ? [""] : texts;
    return all.map((said, index) => ({
      kind: "reasoning",
      text: said,
      isSummary: true,
      seal: index === all.length - 1 ? last : null,
    }));
  });
}

/** Blocks of an answer. An image's other words come back as fields of its own dialect, so that only its bytes are compared. */
const answerBlocks: fc.Arbitrary<readonly Block[]> = fc
  .array(
    fc.oneof(
      fc.oneof(textBlock, refusal, opaque, call(fc.uuid())).map((block) => [block]),
      thoughts(fc.oneof(ownSeal, foreignSeal, fc.constant(null))),
    ),
    { maxLength: 6 },
  )
  .map((blocks) => blocks.flat());

const count = fc.nat(1_000_000);

/** Any answer. Reasons that share a status come back as the first of them. */
export const answers: fc.Arbitrary<ChatAnswer> = fc.record({
  id: fc.constant(null),
  model: text,
  blocks: answerBlocks,
  finish: fc.record({
    reason: fc.constantFrom<FinishReason>("stop", "length", "content_filter"),
    raw: fc.constant(null),
    stopSequence: fc.constant(null),
  }),
  usage: maybe(
    fc.record({
      inputTokens: count,
      cachedInputTokens: count,
      cacheWriteTokens: count,
      outputTokens: count,
      reasoningTokens: count,
      estimated: fc.constant(false),
    }),
  ),
});

/** The answer as strict events, each text in pieces of this many characters. */
export function eventsOf({ blocks, finish, model, usage }: ChatAnswer, size: number): readonly ChatEvent[] {
  return [
    { kind: "start", id: null, model, usage: null },
    ...blocks.flatMap((block, index) => blockEvents(block, index, size)),
    ...(usage === null ? [] : [{ kind: "usage" as const, usage }]),
    { kind: "finish", finish },
  ];
}

function blockEvents(block: Block, index: number, size: number): readonly ChatEvent[] {
  switch (block.kind) {
    case "text":
    case "refusal": {
      const cited = block.kind === "text" ? (block.annotations ?? []) : [];
      const annotated = cited.map((one): ChatEvent => ({ kind: "annotate", index, annotation: one }));
      return [
        { kind: "open", index, head: { kind: block.kind } },
        ...deltas(block.text, index, size),
        ...annotated,
        { kind: "close", index },
      ];
    }
    case "reasoning": {
      if (block.text === "") return [{ kind: "block", index, block }];
      const seal: readonly ChatEvent[] = block.seal === null ? [] : [{ kind: "seal", index, seal: block.seal }];
      const head = { kind: "reasoning", isSummary: block.isSummary } as const;
      return [{ kind: "open", index, head }, ...deltas(block.text, index, size), ...seal, { kind: "close", index }];
    }
    case "tool_call": {
      const { form, id, name: called, namespace } = block;
      const head = { kind: "tool_call", id, name: called, form, namespace } as const;
      return [{ kind: "open", index, head }, ...deltas(block.arguments, index, size), { kind: "close", index }];
    }
    case "media":
    case "opaque":
    case "tool_result":
      return [{ kind: "block", index, block }];
  }
}

function deltas(said: string, index: number, size: number): readonly ChatEvent[] {
  const letters = [...said];
  const pieces: string[] = [];
  for (let at = 0; at < letters.length; at += size)
    pieces.push(JSON.stringify(letters.slice(at, at + size).join("")).slice(1, -1));
  return pieces.length === 0 ? [] : [{ kind: "delta", index, pieces }];
}

const plain: fc.Arbitrary<TextBlock> = fc
  .record({ text, isMarked: fc.boolean() })
  .map(({ isMarked, text: said }) => ({ kind: "text", text: said, ...(isMarked ? { cache: { ttl: null } } : {}) }));
const userTurn: fc.Arbitrary<Turn> = fc
  .array(
    fc.oneof(
      plain,
      image.map((block) => ({ ...block, detail: "low" })),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((blocks) => ({ role: "user", blocks }));
const systemTurn: fc.Arbitrary<Turn> = fc.record({
  role: fc.constantFrom("system", "developer"),
  blocks: fc.array(plain, { minLength: 1, maxLength: 2 }),
});

/** A turn of the model with its calls' results; sealed thoughts are replayed where something follows, others are not. */
const exchange: fc.Arbitrary<readonly Turn[]> = fc
  .record({
    thoughts: thoughts(ownSeal),
    said: textBlock,
    phase: maybe(fc.constantFrom("commentary", "final_answer")),
    calls: fc.uniqueArray(call(fc.uuid()), { maxLength: 2, selector: ({ id }) => id }),
    results: fc.array(fc.array(plain, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
    next: userTurn,
  })
  .map(({ calls, next, phase, results, said, thoughts: before }) => {
    const { annotations: _, ...bare } = said; // the API takes no citations from a caller
    const model: Turn = { role: "assistant", blocks: [...before, bare, ...calls], ...(phase === null ? {} : { phase }) };
    const blocks = calls.map(({ id }, index) => ({
      kind: "tool_result" as const,
      callId: id,
      name: null,
      isError: false,
      content: results[index] ?? [],
    }));
    return [model, ...(blocks.length === 0 ? [] : [{ role: "user" as const, blocks }]), next];
  });

const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc.record({
    kind: fc.constant("function" as const),
    name,
    description: maybe(text),
    schema: fc.constant({ type: "object" }),
    strict: maybe(fc.boolean()),
  }),
  fc.record({ kind: fc.constant("custom" as const), name, description: maybe(text), format: fc.constant(null) }),
  fc.constant({ kind: "server" as const, dialect: "openai-responses", type: "mcp", raw: { type: "mcp", server_label: "s" } }),
);

/** Any request that the API can say. */
export const requests: fc.Arbitrary<ChatRequest> = fc.record({
  stream: fc.boolean(),
  turns: fc
    .record({ system: fc.array(systemTurn, { maxLength: 2 }), first: userTurn, rest: fc.array(exchange, { maxLength: 2 }) })
    .map(({ first, rest, system }) => [...system, first, ...rest.flat()]),
  tools: fc.array(tool, { maxLength: 3 }),
  toolChoice: maybe(
    fc.oneof(
      fc.record({ kind: fc.constantFrom("auto" as const, "none" as const, "required" as const) }),
      fc.record({ kind: fc.constant("tool" as const), name }),
      fc.record({
        kind: fc.constant("subset" as const),
        mode: fc.constantFrom("auto" as const, "required" as const),
        names: fc.array(name),
      }),
    ),
  ),
  parallelTools: maybe(fc.boolean()),
  sampling: fc.record({
    maxOutputTokens: maybe(fc.integer({ min: 16, max: 99_999 })),
    temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0)),
    topP: maybe(fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)),
    presencePenalty: maybe(fc.integer({ min: -2, max: 2 })),
    frequencyPenalty: maybe(fc.integer({ min: -2, max: 2 })),
    topK: fc.constant(null),
    stop: fc.constant([]),
    seed: fc.constant(null),
    logitBias: fc.constant(null),
    logprobs: fc.constant(null),
    topLogprobs: fc.constant(null),
  }),
  choices: fc.constant(1),
  output: maybe(
    fc.oneof(
      fc.constant({ kind: "json_object" as const }),
      fc.record({
        kind: fc.constant("json_schema" as const),
        name,
        description: maybe(text),
        schema: fc.constant({}),
        strict: maybe(fc.boolean()),
      }),
    ),
  ),
  modalities: fc.constant([]),
  reasoning: maybe(
    fc.record({
      effort: fc.constantFrom<Effort>("minimal", "low", "medium", "high", "xhigh", "max"),
      budgetTokens: fc.constant(null),
      visible: maybe(fc.constant(true)),
      adaptive: fc.constant(false),
    }),
  ),
  verbosity: maybe(fc.constantFrom("low", "high")),
  serviceTier: maybe(fc.constantFrom("flex", "priority")),
  user: maybe(name),
  metadata: maybe(fc.dictionary(name, text, { minKeys: 1, maxKeys: 2 })),
  promptCacheKey: maybe(name),
  cache: fc.constant(null),
  extra: fc.record({
    dialect: fc.constant("openai-responses"),
    fields: fc.constantFrom({}, { truncation: "auto", moderation: { model: "m" } }),
  }),
});
