import * as fc from "fast-check";
import type { Block, CacheMark, MediaBlock, TextBlock } from "../../../src/dialects/canonical/block.ts";
import type {
  ChatRequest,
  OutputFormat,
  Sampling,
  Tool,
  ToolChoice,
  Turn,
} from "../../../src/dialects/canonical/chat-request.ts";
import { argumentsText } from "./answer-values.ts";
import { anyJson } from "../canonical/any-json.ts";

const text = fc.string({ unit: "grapheme", minLength: 1 });
/** `__proto__` is refused by name. */
const identifier = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/).filter((name) => name !== "__proto__");
const base64 = fc.base64String({ minLength: 4 });

/** A mark's lifetime has no place in this dialect. */
const marked = fc.option(fc.constant<{ readonly cache: CacheMark }>({ cache: { ttl: null } }), { nil: {} });

const said: fc.Arbitrary<TextBlock> = fc.tuple(text, marked).map(([words, mark]) => ({ kind: "text", text: words, ...mark }));

const plain = { name: null, detail: null };
const picture: fc.Arbitrary<MediaBlock> = fc.oneof(
  fc.record({
    kind: fc.constant("media" as const),
    media: fc.constant("image" as const),
    mimeType: fc.constantFrom("image/png", "image/webp"),
    source: fc.record({ kind: fc.constant("base64" as const), data: base64 }),
    name: fc.constant(null),
    detail: fc.option(fc.constantFrom("low", "high")),
  }),
  fc
    .webUrl()
    .map((url): MediaBlock => ({ kind: "media", media: "image", mimeType: null, source: { kind: "url", url }, ...plain })),
  base64.map((data): MediaBlock => ({
    kind: "media",
    media: "audio",
    mimeType: "audio/mpeg",
    source: { kind: "base64", data },
    ...plain,
  })),
  fc.tuple(base64, text).map(([data, name]): MediaBlock => ({
    kind: "media",
    media: "file",
    mimeType: "application/pdf",
    source: { kind: "base64", data },
    name,
    detail: null,
  })),
);

const seal = text.map((data) => ({ family: "anthropic", form: "signature" as const, data, id: null }));

/** An assistant's turn and the results of its calls: a result is one text here, and no call has an image in its. */
const exchange: fc.Arbitrary<readonly Turn[]> = fc
  .tuple(
    fc.array(fc.record({ kind: fc.constant("reasoning" as const), text, isSummary: fc.constant(false), seal }), { maxLength: 2 }),
    fc.array(
      text.map((words): Block => ({ kind: "text", text: words })),
      { maxLength: 1 },
    ),
    fc.uniqueArray(
      fc.record({
        kind: fc.constant("tool_call" as const),
        id: identifier,
        name: identifier,
        form: fc.constantFrom("function" as const, "custom" as const),
        arguments: argumentsText,
        namespace: fc.constant(null),
        seal: fc.constant(null),
      }),
      { maxLength: 3, selector: ({ id }) => id },
    ),
    fc.string(),
  )
  .map(([thoughts, words, calls, result]): readonly Turn[] => [
    { role: "assistant", blocks: [...thoughts, ...words, ...calls] },
    {
      role: "user",
      blocks: calls.map(({ id, name }) => ({
        kind: "tool_result",
        callId: id,
        name,
        isError: false,
        content: result === "" ? [] : [{ kind: "text", text: result }],
      })),
    },
  ])
  .map((turns) => turns.filter(({ blocks }) => blocks.length > 0));

const speech: fc.Arbitrary<Turn> = fc
  .tuple(
    fc.constantFrom("system" as const, "developer" as const, "user" as const),
    fc.array(said, { minLength: 1, maxLength: 3 }),
    fc.array(picture, { maxLength: 2 }),
    fc.option(identifier),
  )
  .map(([role, words, pictures, name]) => ({
    role,
    blocks: role === "user" ? [...words, ...pictures] : words,
    ...(name === null ? {} : { name }),
  }));

/** Two turns of results never meet: they would be read as one. */
const turns = fc
  .array(
    fc.tuple(
      speech.map((turn): readonly Turn[] => [turn]),
      exchange,
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.flat(2));

const schema = fc.dictionary(identifier, anyJson(2)).map((properties) => ({ type: "object", properties }));

const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc.record({
    kind: fc.constant("function" as const),
    name: identifier,
    description: fc.option(text),
    schema: fc.option(schema),
    strict: fc.option(fc.boolean()),
  }),
  fc.record({
    kind: fc.constant("custom" as const),
    name: identifier,
    description: fc.option(text),
    format: fc.option(fc.record({ type: fc.constant("grammar"), syntax: fc.constant("lark"), definition: text })),
  }),
);

const output: fc.Arbitrary<OutputFormat> = fc.oneof(
  fc.constant({ kind: "json_object" as const }),
  fc.record({
    kind: fc.constant("json_schema" as const),
    name: identifier,
    description: fc.option(text),
    schema,
    strict: fc.option(fc.boolean()),
  }),
);

const rate = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100);

/** Log probabilities are not asked for: the answer would not carry them. */
const sampling: fc.Arbitrary<Sampling> = fc.record({
  maxOutputTokens: fc.option(fc.integer({ min: 1, max: 100_000 })),
  temperature: fc.option(rate),
  topP: fc.option(rate),
  topK: fc.option(fc.integer({ min: 1, max: 100 })),
  stop: fc.array(text, { maxLength: 4 }),
  seed: fc.option(fc.integer()),
  presencePenalty: fc.option(rate),
  frequencyPenalty: fc.option(rate),
  logitBias: fc.option(fc.dictionary(fc.stringMatching(/^[1-9]\d{0,4}$/), fc.integer({ min: -100, max: 100 }), { minKeys: 1 })),
  logprobs: fc.constant(null),
  topLogprobs: fc.constant(null),
});

function choiceAmong(tools: readonly Tool[]): fc.Arbitrary<ToolChoice | null> {
  const names = tools.flatMap((one) => (one.kind === "server" ? [] : [one.name]));
  const [first] = names;
  // A choice among no tools is not sent.
  if (first === undefined) return fc.constant(null);
  return fc.constantFrom<ToolChoice | null>(
    null,
    { kind: "auto" },
    { kind: "none" },
    { kind: "required" },
    { kind: "tool", name: first },
    { kind: "subset", mode: "required", names },
  );
}

/** Requests of this dialect's own callers. */
export const requests: fc.Arbitrary<ChatRequest> = fc
  .uniqueArray(tool, { maxLength: 3, selector: (one) => (one.kind === "server" ? one.type : one.name) })
  .chain((tools) =>
    fc.record({
      stream: fc.boolean(),
      turns,
      tools: fc.constant(tools),
      toolChoice: choiceAmong(tools),
      parallelTools: tools.length === 0 ? fc.constant(null) : fc.option(fc.boolean()),
      sampling,
      choices: fc.constant(1),
      output: fc.option(output),
      modalities: fc.constantFrom([], ["audio"]),
      reasoning: fc.option(
        fc.record({
          effort: fc.constantFrom("none", "minimal", "low", "high", "xhigh"),
          budgetTokens: fc.constant(null),
          visible: fc.constant(null),
          adaptive: fc.constant(false),
        }),
      ),
      verbosity: fc.option(fc.constantFrom("low", "high")),
      serviceTier: fc.option(fc.constantFrom("flex", "priority")),
      user: fc.option(text.filter((value) => !/\p{Cc}/u.test(value))),
      metadata: fc.option(fc.dictionary(identifier, fc.string())),
      promptCacheKey: fc.option(text),
      cache: fc.constant(null),
      extra: fc.record({
        dialect: fc.constant("openai-chat"),
        fields: fc.dictionary(fc.constantFrom("store", "prediction_mode"), fc.boolean()),
      }),
    }),
  );
