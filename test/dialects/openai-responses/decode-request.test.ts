import { describe, expect, it } from "vitest";
import { encodeUpstream } from "../../../src/dialects/openai-responses/encode-upstream.ts";
import { recordings } from "./recordings.ts";
import { upstreamOf } from "./upstream.ts";
import { ask } from "./writing.ts";

const REQUESTS = recordings("openai-responses", "openai-responses-compat").flatMap(({ name, request }) => {
  // Some conversations go on with another API.
  return request !== null && request.includes('"input"') ? [{ name, request }] : [];
});

describe("decodeRequest", () => {
  it.each(REQUESTS)("takes the recorded request of $name and sends it on with another model", ({ request }) => {
    const asked = ask(request);
    const sent: unknown = JSON.parse(encodeUpstream(asked, upstreamOf({ model: 'o"5' })));
    expect(sent).toEqual({ ...(JSON.parse(request) as object), model: 'o"5' });
  });

  it("says what routing needs, and passes the beta header on", () => {
    expect(ask({ model: "m", input: "x", stream: true })).toMatchObject({
      surface: "openai-responses",
      operation: "chat",
      model: "m",
      stream: true,
      choices: 1,
      asksUsage: null,
      headers: { "openai-beta": "responses=v1" },
      framing: "sse",
    });
  });

  it("needs no input where the provider holds the context", () => {
    for (const context of [{ previous_response_id: "resp_1" }, { conversation: "conv_1" }, { prompt: { id: "p" } }]) {
      expect(ask({ model: "m", ...context }).model).toBe("m");
      expect(ask({ model: "m", input: [], ...context }).model).toBe("m");
    }
  });

  it.each([
    ["{", "invalid_json", null],
    ['{"model":"m","model":"n","input":"x"}', "duplicate_key", "model"],
    [{ input: "x" }, "missing_field", "model"],
    [{ model: "m" }, "missing_field", "input"],
    [{ model: "m", input: [] }, "invalid_value", "input"],
    [{ model: "m", input: "" }, "invalid_value", "input"],
    [{ model: "m", input: 7 }, "invalid_value", "input"],
    [{ model: "m", input: ["x"] }, "invalid_value", "input[0]"],
    [{ model: "m", input: [{ role: "robot", content: "x" }] }, "invalid_value", "input[0].role"],
    [{ model: "m", input: [{ role: "user", content: 7 }] }, "invalid_value", "input[0].content"],
    [{ model: "m", input: [{ type: 7 }] }, "invalid_value", "input[0].type"],
    [{ model: "m", input: "x", temperature: 3 }, "invalid_value", "temperature"],
    [{ model: "m", input: "x", stream: "yes" }, "invalid_value", "stream"],
    [{ model: "m", input: "x", max_output_tokens: 0 }, "invalid_value", "max_output_tokens"],
    [{ model: "m", input: "x", include: [7] }, "invalid_value", "include"],
    [{ model: "m", input: "x", user: "a\u0000b" }, "invalid_value", "user"],
    [{ model: "m", input: "x", metadata: { "a\nb": "c" } }, "invalid_value", "metadata"],
    [{ model: "m", input: "x", base_url: "http://evil" }, "unknown_field", "base_url"],
    [{ model: "m", Input: "x" }, "unknown_field", "Input"],
  ] as const)("refuses %j as %s", (body, code, param) => {
    expect(() => ask(body)).toThrow(expect.objectContaining({ code, param }));
  });

  it("counts items and tools", () => {
    const item = { role: "user", content: "x" };
    const tool = { type: "function", name: "f" };
    expect(() => ask({ model: "m", input: [item, item] }, { messages: 1 })).toThrow(
      expect.objectContaining({ code: "too_many_messages" }),
    );
    expect(() => ask({ model: "m", input: "x", tools: [tool, tool] }, { tools: 1 })).toThrow(
      expect.objectContaining({ code: "too_many_tools" }),
    );
  });
});
