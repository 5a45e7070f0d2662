import { describe, expect, it } from "vitest";
import type { ChatRequest } from "../../../src/dialects/canonical/chat-request.ts";
import { wrapSeal } from "../../../src/dialects/canonical/seal-envelope.ts";
import type { UpstreamModel } from "../../../src/dialects/dialect.ts";
import { readChat } from "../../../src/dialects/openai-responses/read-request.ts";
import { writeRequest } from "../../../src/dialects/openai-responses/write-request.ts";
import { recordings } from "./recordings.ts";
import { upstreamOf } from "./upstream.ts";
import { ask } from "./writing.ts";

type Body = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, unknown>>;

const REQUESTS = recordings("openai-responses", "openai-responses-compat").flatMap(({ name, request }) => {
  const body = request === null ? {} : (JSON.parse(request) as Body);
  const isStateful = ["previous_response_id", "conversation"].some((field) => typeof body[field] === "string");
  return "input" in body ? [{ name, body, isStateful }] : [];
});

function read(body: Body): ChatRequest {
  return readChat(ask({ model: "m", input: "x", ...body }));
}

function send(request: ChatRequest, upstream: Partial<UpstreamModel> = {}): Body {
  return JSON.parse(writeRequest(request, upstreamOf(upstream)).body) as Body;
}

function losses(request: ChatRequest, upstream: Partial<UpstreamModel> = {}): readonly string[] {
  return writeRequest(request, upstreamOf(upstream)).losses.map(({ feature, severity }) => `${severity} ${feature}`);
}

function sealed({ encrypted_content: data, id, summary }: Item): unknown {
  return { data, id, summary };
}

function itemsOf(body: Body, type: string): readonly Item[] {
  const { input } = body;
  return Array.isArray(input) ? (input as readonly Item[]).filter((item) => item["type"] === type) : [];
}

describe("a recorded request", () => {
  it.each(REQUESTS.filter(({ isStateful }) => !isStateful))("says the same once it was written again: $name", ({ body }) => {
    const request = readChat(ask(body));
    const written = send(request);
    expect(written).toMatchObject({ model: "gpt-x", store: false });
    // What an answer cannot bring back is not asked for.
    const sampling = { ...request.sampling, logprobs: null, topLogprobs: null };
    expect(readChat(ask(written))).toEqual({ ...request, sampling });
    expect(losses(request).filter((loss) => loss.startsWith("meaning") && loss !== "meaning logprobs")).toEqual([]);
  });

  it.each(REQUESTS.filter(({ isStateful }) => !isStateful))(
    "keeps its encrypted reasoning for its family alone: $name",
    ({ body }) => {
      const request = readChat(ask(body));
      expect(itemsOf(send(request), "reasoning").map(sealed)).toEqual(itemsOf(body, "reasoning").map(sealed));
      expect(itemsOf(send(request, { family: "xai" }), "reasoning")).toEqual([]);
    },
  );

  it.each(REQUESTS.filter(({ isStateful }) => isStateful))(
    "cannot cross where it stands on what OpenAI holds: $name",
    ({ body }) => {
      expect(() => readChat(ask(body))).toThrow(expect.objectContaining({ code: "invalid_value" }));
    },
  );
});

describe("a request written twice", () => {
  it("gives the same bytes for the same request", () => {
    for (const { body, isStateful } of REQUESTS) {
      if (isStateful) continue;
      const written = (): string => writeRequest(readChat(ask(body)), upstreamOf()).body;
      expect(written()).toBe(written());
    }
  });
});

describe("readChat", () => {
  it("puts instructions first and takes input as a text", () => {
    expect(read({ instructions: "be brief" }).turns).toEqual([
      { role: "system", blocks: [{ kind: "text", text: "be brief" }] },
      { role: "user", blocks: [{ kind: "text", text: "x" }] },
    ]);
  });

  it("gathers what the model said and called into one turn, and the results into the next", () => {
    const input = [
      { role: "user", content: "x" },
      {
        type: "reasoning",
        id: "rs_1",
        summary: [
          { type: "summary_text", text: "a" },
          { type: "summary_text", text: "b" },
        ],
        encrypted_content: "e",
      },
      { type: "message", role: "assistant", phase: "commentary", content: [{ type: "output_text", text: "t", annotations: [] }] },
      { type: "function_call", call_id: "c1", name: "f", arguments: '{"a": 1.0}' },
      { type: "custom_tool_call", call_id: "c2", name: "g", input: "free" },
      { type: "web_search_call", id: "ws_1", status: "completed" },
      { type: "function_call_output", call_id: "c1", output: "r" },
      {
        type: "custom_tool_call_output",
        call_id: "c2",
        output: [{ type: "input_image", image_url: "data:image/png;base64,aGk=" }],
      },
      { role: "assistant", phase: "final_answer", content: "done" },
    ];
    const [user, model, results, last] = read({ input }).turns;
    expect(user?.role).toBe("user");
    expect(model).toMatchObject({ role: "assistant", phase: "commentary" });
    expect(model?.blocks).toMatchObject([
      { kind: "reasoning", text: "a", isSummary: true, seal: null },
      { kind: "reasoning", text: "b", seal: { family: "openai", form: "encrypted", data: "e", id: "rs_1" } },
      { kind: "text", text: "t" },
      { kind: "tool_call", id: "c1", form: "function", arguments: '{"a": 1.0}' },
      { kind: "tool_call", id: "c2", form: "custom", arguments: "free" },
      { kind: "opaque", dialect: "openai-responses", type: "web_search_call" },
    ]);
    expect(results).toMatchObject({
      role: "user",
      blocks: [
        { kind: "tool_result", callId: "c1", content: [{ kind: "text", text: "r" }] },
        { kind: "tool_result", callId: "c2", content: [{ kind: "media", media: "image", mimeType: "image/png" }] },
      ],
    });
    expect(last).toMatchObject({ role: "assistant", phase: "final_answer" });
    expect(send(read({ input }))["input"]).toMatchObject(input.map((item) => ("role" in item ? { role: item.role } : item)));
  });

  it("opens envelopes: a foreign seal is its family's, a signature is its call's", () => {
    const foreign = wrapSeal({ family: "anthropic", form: "signature", data: "sig", id: null }, "");
    const signed = wrapSeal({ family: "gemini", form: "thought_signature", data: "th", id: "c1" }, "");
    const input = [
      { type: "reasoning", id: "rs_9", summary: [{ type: "summary_text", text: "a" }], encrypted_content: foreign },
      { type: "function_call", call_id: "c1", name: "f", arguments: "{}" },
      { type: "reasoning", id: "rs_8", summary: [], encrypted_content: signed },
    ];
    expect(read({ input }).turns[0]?.blocks).toMatchObject([
      { kind: "reasoning", text: "a", seal: { family: "anthropic", form: "signature", data: "sig", id: null } },
      { kind: "tool_call", seal: { family: "gemini", form: "thought_signature", data: "th", id: null } },
    ]);
  });

  it("reads files and images from wherever they are", () => {
    const content = [
      { type: "input_image", file_id: "file_1", detail: "high" },
      { type: "input_image", image_url: "https://a.example/x.png", prompt_cache_breakpoint: { mode: "explicit" } },
      { type: "input_file", file_data: "data:application/pdf;base64,aGk=", filename: "a.pdf" },
      { type: "input_file", file_url: "https://a.example/x.pdf", detail: "low" },
      { type: "input_audio", input_audio: { data: "aGk=", format: "wav" } },
    ];
    expect(read({ input: [{ role: "user", content }] }).turns[0]?.blocks).toMatchObject([
      { media: "image", source: { kind: "file_id", id: "file_1", family: "openai" }, detail: "high" },
      { media: "image", source: { kind: "url" }, cache: { ttl: null } },
      { media: "file", mimeType: "application/pdf", source: { kind: "base64", data: "aGk=" }, name: "a.pdf" },
      { media: "file", source: { kind: "url" }, extra: { dialect: "openai-responses", fields: { detail: "low" } } },
      { media: "audio", mimeType: "audio/wav" },
    ]);
  });

  it("reads what was asked of the answer, and keeps what it does not know", () => {
    const request = read({
      tools: [
        { type: "function", name: "f", parameters: { type: "object" }, defer_loading: true },
        { type: "custom", name: "g" },
        { type: "mcp", server_label: "s" },
      ],
      tool_choice: {
        type: "allowed_tools",
        mode: "required",
        tools: [
          { type: "function", name: "f" },
          { type: "mcp", server_label: "s" },
        ],
      },
      reasoning: { effort: "xhigh", summary: "detailed", mode: "pro" },
      text: { verbosity: "low", format: { type: "json_schema", name: "n", schema: {} } },
      include: ["reasoning.encrypted_content", "message.output_text.logprobs", "file_search_call.results"],
      prompt_cache_options: { mode: "explicit" },
      truncation: "auto",
      user: "u",
      top_logprobs: 2,
    });
    expect(request).toMatchObject({
      tools: [
        { kind: "function", strict: null, extra: { fields: { defer_loading: true } } },
        { kind: "custom", format: null },
        { kind: "server", type: "mcp" },
      ],
      toolChoice: { kind: "subset", mode: "required", names: ["f"] },
      reasoning: { effort: "xhigh", visible: true, budgetTokens: null },
      verbosity: "low",
      output: { kind: "json_schema", name: "n", strict: null },
      user: "u",
      sampling: { logprobs: true, topLogprobs: 2 },
    });
    expect(request.extra.fields).toEqual({
      tool_choice: expect.anything() as unknown,
      truncation: "auto",
      include: ["file_search_call.results"],
      prompt_cache_options: { mode: "explicit" },
      reasoning: { summary: "detailed", mode: "pro" },
    });
    expect(send(request)).toMatchObject({
      reasoning: { effort: "xhigh", summary: "detailed", mode: "pro" },
      include: ["file_search_call.results", "reasoning.encrypted_content"],
      text: { verbosity: "low", format: { name: "n" } },
      truncation: "auto",
    });
  });

  it.each([
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ conversation: { id: "c" } }, "conversation"],
    [{ prompt: { id: "p" } }, "prompt"],
    [{ background: true }, "background"],
    [{ input: [{ type: "item_reference", id: "i" }] }, "input[0]"],
    [{ input: [{ id: "i" }] }, "input[0]"],
    [{ input: [{ role: "user", content: [{ type: "hologram" }] }] }, "input[0].content[0].type"],
    [{ input: [{ role: "user", content: [{ type: "input_text" }] }] }, "input[0].content[0].text"],
    [{ input: [{ type: "function_call", name: "f", arguments: "{}" }] }, "input[0].call_id"],
    [{ input: [{ type: "function_call_output", call_id: "c", output: 7 }] }, "input[0].output"],
    [{ tools: [{ name: "f" }] }, "tools[0].type"],
    [{ tools: [{ type: "function" }] }, "tools[0].name"],
    [{ tool_choice: "maybe" }, "tool_choice"],
    [{ text: { format: { type: "grammar" } } }, "text.format.type"],
    [{ reasoning: { effort: "huge" } }, "reasoning.effort"],
    [{ metadata: { a: 1 } }, "metadata.a"],
  ])("refuses %j, naming the field", (body, param) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ param }));
  });
});

function imageOf(url: string): unknown {
  return read({ input: [{ role: "user", content: [{ type: "input_image", image_url: url }] }] }).turns[0]?.blocks[0];
}

describe("an image in a data: URL", () => {
  it("is base64 whatever it was written in, and refused where it is malformed", () => {
    expect(imageOf("data:image/svg+xml,%3Csvg/%3E")).toMatchObject({ source: { kind: "base64", data: btoa("<svg/>") } });
    const param = "input[0].content[0].image_url";
    expect(() => imageOf("data:image/png")).toThrow(expect.objectContaining({ code: "invalid_value", param }));
  });
});
