import type { Turn } from "../../../src/dialects/canonical/chat-request.ts";

const thought = { kind: "reasoning", text: "hm", isSummary: false, seal: null } as const;

/** What Anthropic's Messages alone can say: a document with words on it, a thought without a seal, and one that is only its seal. */
export const FOREIGN_HISTORY: readonly Turn[] = [
  {
    role: "user",
    blocks: [
      {
        kind: "media",
        media: "file",
        mimeType: "application/pdf",
        source: { kind: "base64", data: "aGk=" },
        name: null,
        detail: null,
        extra: { dialect: "anthropic-messages", fields: { context: "a report" } },
      },
    ],
  },
  {
    role: "assistant",
    blocks: [
      thought,
      { ...thought, text: "", seal: { family: "anthropic", form: "redacted", data: "x", id: null } },
      { kind: "text", text: "so" },
    ],
  },
];
