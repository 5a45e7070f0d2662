import { describe, expect, it } from "vitest";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import { writeCountRequest } from "../../../src/dialects/anthropic-messages/write-request.ts";
import { foreign, OLD, send, user } from "./ask.ts";

function call(args: string): Block {
  return { kind: "tool_call", id: "c", name: "f", form: "function", arguments: args, namespace: null, seal: null };
}

describe("what a request has nothing of", () => {
  const NOTHING = expect.objectContaining({ code: "missing_field", param: "messages" }) as Error;

  it.each([[[]], [[user(" \n")]], [[{ ...user("S"), role: "system" as const }]]])("is refused: %j", (turns) => {
    expect(() => send(foreign({ turns }))).toThrow(NOTHING);
    expect(() => writeCountRequest(foreign({ turns }), OLD)).toThrow(NOTHING);
  });

  it.each(["{bad", "[1,2]", '"x"'])("is an empty object where past arguments are %s, which is a loss", (args) => {
    const written = send(foreign({ turns: [user("x"), { role: "assistant", blocks: [call(args)] }] }));
    expect(written.body).toMatchObject({ messages: [{}, { content: [{ type: "tool_use", id: "c", name: "f", input: {} }] }] });
    expect(written.lost).toEqual(["tool_calls hint"]);
  });
});
