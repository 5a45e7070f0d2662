import { describe, expect, it } from "vitest";
import { encodeUpstream } from "../../../src/dialects/openai-chat/encode-upstream.ts";
import { decode, upstreamOf } from "./asking.ts";

const CALL = { type: "function", function: { name: "f", arguments: '{"n":12345678901234567890}' } };

function historyWith(id: string): object {
  return {
    model: "virtual",
    stream: true,
    messages: [
      { role: "user", content: "go" },
      { role: "assistant", content: null, tool_calls: [{ id, ...CALL }] },
      { role: "tool", tool_call_id: id, content: `"tool_call_id":"${id}"` },
    ],
  };
}

describe("a request on its way to an upstream of the caller's own format", () => {
  const short = upstreamOf({ quirks: { ...upstreamOf().quirks, callIds: "alnum9" } });

  it("gets calls of others under ids of nine characters where the upstream takes no others, and nothing else is changed", () => {
    const sent = encodeUpstream(decode(historyWith("toolu_01AbC")), short);
    const id = /"tool_call_id":"([A-Za-z0-9]{9})"/.exec(sent)?.[1];
    expect(sent).toContain(
      `{"id":"${String(id)}","type":"function","function":{"name":"f","arguments":"{\\"n\\":12345678901234567890}"}}`,
    );
    expect(JSON.parse(sent)).toMatchObject({ model: short.model, stream: true, stream_options: { include_usage: true } });
    expect(sent).toContain("toolu_01AbC"); // in a text, where it means nothing
    expect(encodeUpstream(decode(historyWith("toolu_01AbC")), short)).toBe(sent);
  });

  it("passes as it came where its ids are such already, and where the upstream takes any", () => {
    expect(encodeUpstream(decode(historyWith("AbCdEf123")), short)).toContain('"tool_call_id":"AbCdEf123"');
    expect(encodeUpstream(decode(historyWith("toolu_01AbC")), upstreamOf())).toContain('"tool_call_id":"toolu_01AbC"');
  });
});
