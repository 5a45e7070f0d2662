import type { Usage } from "../../../src/core/usage.ts";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";

export const USAGE: Usage = {
  inputTokens: 120,
  cachedInputTokens: 20,
  cacheWriteTokens: 0,
  outputTokens: 80,
  reasoningTokens: 30,
  estimated: false,
};

export const TEXT = `You can return a parcel within 30 days — "unopened" or not.\n\n${"Print the label, stick it on, drop it off. ".repeat(6)}Grüße 👩‍👩‍👧‍👦!`;

/** An answer that ended well. */
export function answerOf(...blocks: readonly Block[]): ChatAnswer {
  const finish = { reason: "stop", raw: "stop", stopSequence: null } as const;
  return { id: null, model: "model-1", blocks, finish, usage: USAGE };
}

export const PLAIN_ANSWER: ChatAnswer = answerOf({ kind: "text", text: TEXT });

export const KEPT_ANSWERS: Readonly<Record<string, ChatAnswer>> = {
  "a text": PLAIN_ANSWER,
  "a text that ended at a stop sequence": {
    ...PLAIN_ANSWER,
    finish: { reason: "stop_sequence", raw: "stop_sequence", stopSequence: "END" },
  },
  "a text with a source": answerOf({
    kind: "text",
    text: TEXT,
    annotations: [{ url: "https://example.com/a", title: "A", startIndex: 0, endIndex: 7, citedText: null }],
  }),
  "thoughts and a text": answerOf(
    { kind: "reasoning", text: "They ask about parcels. ".repeat(5).trim(), isSummary: false, seal: null },
    { kind: "text", text: TEXT },
  ),
  "sealed thoughts of one family and a text": answerOf(
    {
      kind: "reasoning",
      text: "Hm.",
      isSummary: false,
      seal: { family: "anthropic", form: "signature", data: "c2lnbmF0dXJl", id: null },
    },
    { kind: "text", text: TEXT },
  ),
  "a thought that is only sealed": answerOf(
    { kind: "reasoning", text: "", isSummary: true, seal: { family: "openai", form: "encrypted", data: "b3BhcXVl", id: "rs_1" } },
    { kind: "text", text: TEXT },
  ),
  "a picture": answerOf(
    { kind: "text", text: "Here it is." },
    {
      kind: "media",
      media: "image",
      mimeType: "image/png",
      source: { kind: "base64", data: "aWltZw==" },
      name: null,
      detail: null,
    },
  ),
};
