import { describe, expect, it } from "vitest";
import type { Block, MediaBlock } from "../../../src/dialects/canonical/block.ts";
import { type ChatRequest, NO_SAMPLING } from "../../../src/dialects/canonical/chat-request.ts";
import type { UpstreamModel } from "../../../src/dialects/dialect.ts";
import { backend, upstream } from "./asked.ts";

type Json = Readonly<Record<string, unknown>>;

const PLAIN: ChatRequest = {
  stream: false,
  turns: [{ role: "user", blocks: [{ kind: "text", text: "hi" }] }],
  tools: [],
  toolChoice: null,
  parallelTools: null,
  sampling: NO_SAMPLING,
  choices: 1,
  output: null,
  modalities: [],
  reasoning: null,
  verbosity: null,
  serviceTier: null,
  user: null,
  metadata: null,
  promptCacheKey: null,
  cache: null,
  extra: { dialect: "openai-chat", fields: {} },
};
const text = (said: string): Block => ({ kind: "text", text: said });

function write(
  part: Partial<ChatRequest>,
  model: string | UpstreamModel = "gemini-2.5-flash",
): { readonly body: Json; readonly losses: readonly string[] } {
  const written = backend.writeRequest({ ...PLAIN, ...part }, typeof model === "string" ? upstream(model) : model);
  return {
    body: JSON.parse(written.body) as Json,
    losses: written.losses.map(({ feature, severity }) => `${severity} ${feature}`),
  };
}

describe("what a request has nothing of", () => {
  const NOTHING = expect.objectContaining({ code: "missing_field", param: "messages" }) as Error;

  it.each([[[]], [[{ role: "user", blocks: [text("")] }]]] as const)("is refused: %j", (turns) => {
    expect(() => write({ turns })).toThrow(NOTHING);
    expect(() => backend.countTokens?.writeRequest({ ...PLAIN, turns }, upstream("gemini-2.5-flash"))).toThrow(NOTHING);
  });

  it.each(["{bad", "[1,2]", '"x"'])("is an empty object where past arguments are %s, which is a loss", (args) => {
    const made: Block = { kind: "tool_call", id: "c", name: "f", form: "function", arguments: args, namespace: null, seal: null };
    const { body, losses } = write({ turns: [...PLAIN.turns, { role: "assistant", blocks: [made] }] });
    expect(body["contents"]).toMatchObject([{}, { parts: [{ functionCall: { args: {} } }] }]);
    expect(losses).toEqual(["hint tool_calls"]);
  });

  it("is said once of thoughts it did not seal, and of what stands with a document", () => {
    const thought = { kind: "reasoning", text: "hm", isSummary: false, seal: null } as const;
    const seal = { family: "anthropic", form: "redacted", data: "x", id: null } as const;
    const document: MediaBlock = {
      kind: "media",
      media: "file",
      mimeType: "application/pdf",
      source: { kind: "base64", data: "aGk=" },
      name: null,
      detail: null,
      extra: { dialect: "anthropic-messages", fields: { citations: { enabled: true } } },
    };
    const said: Block[] = [thought, { ...thought, text: "", seal }, text("so")];
    const turns: ChatRequest["turns"] = [
      { role: "user", blocks: [document] },
      { role: "assistant", blocks: said },
    ];
    expect(write({ turns }).losses).toEqual(["hint media.file", "hint reasoning"]);
  });
});
