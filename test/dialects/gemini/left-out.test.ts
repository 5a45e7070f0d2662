import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import { FOREIGN_HISTORY } from "../canonical/foreign-history.ts";
import { PLAIN } from "../canonical/plain-request.ts";
import { backend, upstream, write } from "./asked.ts";

const text = (said: string): Block => ({ kind: "text", text: said });

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
    expect(write({ turns: FOREIGN_HISTORY }).losses).toEqual(["hint media.file", "hint reasoning"]);
  });
});
