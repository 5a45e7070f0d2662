import * as fc from "fast-check";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer, FinishReason } from "../../../src/dialects/canonical/chat-event.ts";
import type { Usage } from "../../../src/core/usage.ts";
import { CONTEXT } from "./collect.ts";
import { STOP_REASONS, type StreamStyle } from "./write-answer.ts";

const base64 = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const someText = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc.constantFrom('"}},"p":"x"}', "\\", '\\"', "\n\r\t", "\u2028", "\u0000\u007f\u0085", "😀é", "a".repeat(300), "{}", "\ud83d"),
);
const block: fc.Arbitrary<Block> = fc.oneof(
  { weight: 3, arbitrary: someText.map((text): Block => ({ kind: "text", text })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), fc.dictionary(someText, fc.jsonValue({ maxDepth: 2 })))
      .map(([id, name, args]): Block => ({
        kind: "tool_call",
        id,
        name,
        form: "function",
        namespace: null,
        seal: null,
        arguments: JSON.stringify(args),
      })),
  },
  fc.tuple(someText, fc.option(base64, { nil: null })).map(([text, data]): Block => {
    const seal = data === null ? null : ({ family: CONTEXT.family, form: "signature", data, id: null } as const);
    return { kind: "reasoning", text, isSummary: false, seal };
  }),
  base64.map((data): Block => ({
    kind: "reasoning",
    text: "",
    isSummary: false,
    seal: { family: CONTEXT.family, form: "redacted", data, id: null },
  })),
  fc.tuple(fc.constantFrom("image/png", "image/webp"), base64).map(([mimeType, data]): Block => ({
    kind: "media",
    media: "image",
    mimeType,
    source: { kind: "base64", data },
    name: null,
    detail: null,
  })),
);
const tokens = fc.nat(100_000);
const usage: fc.Arbitrary<Usage> = fc
  .tuple(tokens, tokens, tokens, tokens)
  .map(([fresh, cachedInputTokens, cacheWriteTokens, outputTokens]) => ({
    inputTokens: fresh + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: 0,
    estimated: false,
  }));

/**
 * Answers that Converse can give. It does not name them or their model, has no refusals, and knows no words for `pause` and
 * `other`; calls in an answer make a stop one for their sake.
 */
export const answerArbitrary: fc.Arbitrary<ChatAnswer> = fc
  .record({
    blocks: fc.array(block, { minLength: 1, maxLength: 6 }),
    reason: fc.constantFrom(...(Object.keys(STOP_REASONS) as FinishReason[])), // its keys are reasons
    stopSequence: fc.option(someText, { nil: null }),
    usage: fc.option(usage, { nil: null }),
  })
  .map(({ blocks, reason: drawn, stopSequence, usage: used }) => {
    const hasCalls = blocks.some(({ kind }) => kind === "tool_call");
    const reason = drawn === "stop" && hasCalls ? "tool_calls" : drawn;
    const finish = { reason, raw: STOP_REASONS[reason] ?? null, stopSequence: reason === "stop_sequence" ? stopSequence : null };
    return { id: null, model: null, blocks, finish, usage: used };
  });

export const styleArbitrary: fc.Arbitrary<StreamStyle> = fc.record({
  deltaCharacters: fc.integer({ min: 1, max: 12 }),
  padding: fc.option(fc.stringMatching(/^[A-Za-z0-9]{0,20}$/), { nil: null }),
  isMetadataFirst: fc.boolean(),
});
