import { describe, expect, it } from "vitest";
import type { Block, Seal } from "../../../src/dialects/canonical/block.ts";
import { wrapSeal } from "../../../src/dialects/canonical/seal-envelope.ts";
import type { ChatRequest } from "../../../src/dialects/canonical/chat-request.ts";
import { ask, surface } from "./asked.ts";

function read(body: object): ChatRequest {
  return surface.readChat(ask({ contents: [{ parts: [{ text: "hi" }] }], ...body }));
}

function turns(contents: readonly unknown[]): readonly (readonly Block[])[] {
  return read({ contents }).turns.map(({ blocks }) => blocks);
}

function call(name: string, id?: string): unknown {
  return { functionCall: { name, args: { a: 1 }, ...(id !== undefined && { id }) } };
}

function result(name: string, id?: string): unknown {
  return { functionResponse: { name, response: { output: name }, ...(id !== undefined && { id }) } };
}

/** A content as an SDK keeps it of one event. */
function chunk(part: object): unknown {
  return { role: "model", parts: [part] };
}

describe("calls and their results", () => {
  it("are paired by id, else by name and order", () => {
    const [made, answered] = turns([
      { role: "model", parts: [call("f"), call("g"), call("f"), call("h", "given")] },
      { role: "function", parts: [result("h", "given"), result("f"), result("g"), result("f", "unknown")] },
    ]);
    const ids = (made ?? []).map((block) => (block.kind === "tool_call" ? block.id : ""));
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^call_[0-9a-f]{24}$/);
    expect((answered ?? []).map((block) => (block.kind === "tool_result" ? block.callId : ""))).toEqual([
      "given",
      ids[0],
      ids[1],
      ids[2],
    ]);
  });

  it("have the same ids when the history has grown", () => {
    const [first] = turns([{ role: "model", parts: [call("f")] }]);
    const [grown] = turns([
      { role: "model", parts: [call("f")] },
      { parts: [result("f")] },
      { role: "model", parts: [call("f")] },
    ]);
    expect(grown).toEqual(first);
  });

  it("are refused where a result answers nothing, or nobody is named", () => {
    expect(() => turns([{ parts: [result("f")] }])).toThrow(
      expect.objectContaining({ param: "contents[0].parts[0].functionResponse" }),
    );
    expect(() => turns([{ role: "model", parts: [{ functionCall: {} }] }])).toThrow(
      expect.objectContaining({ code: "missing_field", param: "contents[0].parts[0].functionCall.name" }),
    );
  });

  it("stand before the text that comes with them", () => {
    const [, answered] = turns([{ role: "model", parts: [call("f")] }, { parts: [{ text: "and?" }, result("f")] }]);
    expect((answered ?? []).map(({ kind }) => kind)).toEqual(["tool_result", "text"]);
  });

  it.each<[object, string, boolean]>([
    [{ output: "x" }, "x", false],
    [{ result: { a: 1 } }, '{"a":1}', false],
    [{ error: "no" }, "no", true],
    [{ error: "no", code: 3 }, '{"error":"no","code":3}', true],
    [{ temperature: 21 }, '{"temperature":21}', false],
    [{ output: "x", error: null }, '{"output":"x","error":null}', false],
  ])("say %j as text", (response, text, isError) => {
    const [, answered] = turns([
      { role: "model", parts: [call("f")] },
      { parts: [{ functionResponse: { name: "f", response } }] },
    ]);
    expect(answered?.[0]).toMatchObject({ kind: "tool_result", isError, content: [{ kind: "text", text }] });
  });

  it("keep every digit of arguments", () => {
    const text = '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":12345678901234567890}}}]}]}';
    expect(surface.readChat(ask(text)).turns[0]?.blocks[0]).toMatchObject({ arguments: '{"n":12345678901234567890}' });
  });
});

describe("signatures", () => {
  const seal: Seal = { family: "gemini", form: "thought_signature", data: "c2ln", id: null };
  const foreign: Seal = { family: "anthropic", form: "signature", data: "Erk\u00fc==", id: null };
  const envelope = btoa(wrapSeal(foreign, "gemini"));

  it("are of the part they stand on", () => {
    const [blocks] = turns([
      {
        role: "model",
        parts: [
          { text: "think", thought: true, thoughtSignature: "c2ln" },
          { text: "say", thought_signature: "c2ln" },
          { functionCall: { name: "f" }, thoughtSignature: "c2ln" },
          { text: "", thoughtSignature: "c2ln" },
        ],
      },
    ]);
    const sealOnly = { kind: "reasoning", text: "", isSummary: true, seal };
    expect(blocks).toEqual([
      { kind: "reasoning", text: "think", isSummary: true, seal },
      { kind: "text", text: "say" },
      sealOnly,
      expect.objectContaining({ kind: "tool_call", seal, arguments: "{}" }),
      sealOnly,
    ]);
  });

  it("of another family are unwrapped, however an SDK spelled the base64", () => {
    const spelled = [envelope, envelope.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")];
    for (const thoughtSignature of spelled) {
      const [blocks] = turns([{ role: "model", parts: [{ text: "think", thought: true, thoughtSignature }] }]);
      expect(blocks).toEqual([{ kind: "reasoning", text: "think", isSummary: true, seal: foreign }]);
    }
  });

  it("that only begin like an envelope stay what they are", () => {
    for (const data of ["ZmFpcmxlYWQxL", btoa("fairlead1.x.nonsense.AA.AA")]) {
      const [blocks] = turns([{ role: "model", parts: [{ text: "", thoughtSignature: data }] }]);
      expect(blocks?.[0]).toMatchObject({ seal: { ...seal, data } });
    }
  });

  it("stay with thoughts that a stream brought in pieces", () => {
    const contents = [
      { text: "thi", thought: true },
      { text: "nk", thought: true },
      { text: "", thought: true, thoughtSignature: envelope },
    ];
    const said = [{ text: "Hel" }, { text: "lo" }, { text: "" }];
    expect(turns([...contents, ...said].map(chunk))).toEqual([
      [
        { kind: "reasoning", text: "think", isSummary: true, seal: foreign },
        { kind: "text", text: "Hello" },
      ],
    ]);
  });
});

describe("other parts", () => {
  it("are files, or Gemini's own", () => {
    const [blocks] = turns([
      {
        parts: [
          { inline_data: { mime_type: "audio/wav", data: "AAAA" } },
          { fileData: { fileUri: "gs://b/x.pdf", mimeType: "application/pdf" } },
          { fileData: { fileUri: "https://example.com/a.png" }, videoMetadata: { fps: 1 } },
          { executableCode: { code: "1" } },
          {},
        ],
      },
    ]);
    expect(blocks).toMatchObject([
      { kind: "media", media: "audio", source: { kind: "base64", data: "AAAA" } },
      { kind: "media", media: "file", source: { kind: "file_id", id: "gs://b/x.pdf", family: "gemini" } },
      { media: "image", source: { kind: "url" }, extra: { dialect: "gemini", fields: { videoMetadata: { fps: 1 } } } },
      { kind: "opaque", dialect: "gemini", type: "executableCode", raw: { executableCode: { code: "1" } } },
    ]);
    expect(blocks).toHaveLength(4);
  });
});

describe("tools", () => {
  const tools = [{ functionDeclarations: [{ name: "f" }, { name: "g", behavior: "BLOCKING" }] }, { google_search: {} }];
  const choose = (mode: string, allowedFunctionNames?: readonly string[]): ChatRequest =>
    read({ tools, toolConfig: { functionCallingConfig: { mode, ...(allowedFunctionNames && { allowedFunctionNames }) } } });

  it("are functions and those of the server", () => {
    expect(read({ tools }).tools).toEqual([
      { kind: "function", name: "f", description: null, schema: null, strict: null },
      {
        kind: "function",
        name: "g",
        description: null,
        schema: null,
        strict: null,
        extra: { dialect: "gemini", fields: { behavior: "BLOCKING" } },
      },
      { kind: "server", dialect: "gemini", type: "googleSearch", raw: { google_search: {} } },
    ]);
  });

  it("are chosen among by mode and names", () => {
    expect(choose("AUTO").toolChoice).toEqual({ kind: "auto" });
    expect(choose("NONE").toolChoice).toEqual({ kind: "none" });
    expect(choose("ANY").toolChoice).toEqual({ kind: "required" });
    expect(choose("ANY", ["f"]).toolChoice).toEqual({ kind: "tool", name: "f" });
    expect(choose("any", ["f", "g"]).toolChoice).toEqual({ kind: "subset", mode: "required", names: ["f", "g"] });
    expect(choose("VALIDATED", ["f"])).toMatchObject({
      toolChoice: { kind: "subset", mode: "auto", names: ["f"] },
      tools: [{ strict: true }, { strict: true }, {}],
    });
    expect(choose("MODE_UNSPECIFIED").toolChoice).toBeNull();
  });

  it("need names", () => {
    expect(() => read({ tools: [{ functionDeclarations: [{}] }] })).toThrow(
      expect.objectContaining({ param: "tools[0].functionDeclarations[0].name" }),
    );
  });

  it("have schemas in Gemini's own subset, or in JSON Schema", () => {
    const parameters = {
      type: "OBJECT",
      properties: {
        type: { type: "STRING", nullable: true },
        list: { type: "ARRAY", items: { type: "NUMBER" }, max_items: "3" },
      },
      any_of: [{ type: "STRING" }],
      propertyOrdering: ["list", "type"],
    };
    const [tool] = read({ tools: { functionDeclarations: { name: "f", parameters } } }).tools;
    expect(tool).toMatchObject({
      schema: {
        type: "object",
        properties: { type: { type: ["string", "null"] }, list: { type: "array", items: { type: "number" }, maxItems: 3 } },
        anyOf: [{ type: "string" }],
      },
    });
    expect(JSON.stringify(tool)).not.toContain("propertyOrdering");
  });
});

describe("thinking, sampling and the rest", () => {
  it.each<[object, object]>([
    [{ thinkingBudget: 0 }, { effort: "none", budgetTokens: null, visible: false, adaptive: false }],
    [
      { thinking_budget: -1, include_thoughts: true },
      { effort: null, budgetTokens: null, visible: true, adaptive: true },
    ],
    [{ thinkingBudget: 2048 }, { effort: null, budgetTokens: 2048, visible: false, adaptive: false }],
    [{ thinkingLevel: "low" }, { effort: "low", budgetTokens: null, visible: false, adaptive: false }],
  ])("reads thinkingConfig %j", (thinkingConfig, reasoning) => {
    expect(read({ generationConfig: { thinkingConfig } }).reasoning).toEqual(reasoning);
  });

  it("reads numbers whose text a double does not keep", () => {
    const text = '{"contents":[{}],"generationConfig":{"temperature":1.0e0,"topP":0.10000000000000001}}';
    expect(surface.readChat(ask(text)).sampling).toMatchObject({ temperature: 1, topP: 0.1 });
  });

  it("reads what the answer should be", () => {
    const output = (generationConfig: object): unknown => read({ generationConfig }).output;
    expect(output({ responseMimeType: "application/json" })).toEqual({ kind: "json_object" });
    expect(output({ response_mime_type: "application/json", response_schema: { type: "STRING" } })).toMatchObject({
      kind: "json_schema",
      schema: { type: "string" },
    });
    expect(output({ responseMimeType: "text/plain" })).toBeNull();
    expect(read({ generationConfig: { responseModalities: ["TEXT", "IMAGE"] } }).modalities).toEqual(["image"]);
  });

  it("keeps what is Gemini's alone, by its path", () => {
    const { extra, metadata } = read({
      safetySettings: [],
      labels: { team: "a" },
      generationConfig: { mediaResolution: "HIGH", responseMimeType: "text/x.enum", responseSchema: { type: "STRING" } },
      toolConfig: { retrievalConfig: {}, functionCallingConfig: { streamFunctionCallArguments: true } },
    });
    expect(metadata).toEqual({ team: "a" });
    expect(extra).toEqual({
      dialect: "gemini",
      fields: {
        safetySettings: [],
        "generationConfig.mediaResolution": "HIGH",
        "generationConfig.responseMimeType": "text/x.enum",
        "generationConfig.responseSchema": { type: "STRING" },
        "toolConfig.retrievalConfig": {},
        "toolConfig.functionCallingConfig.streamFunctionCallArguments": true,
      },
    });
  });

  it("reads a count like a chat", () => {
    const inner = {
      generateContentRequest: { contents: [{ parts: [{ text: "hi" }] }], systemInstruction: { parts: [{ text: "be" }] } },
    };
    const { turns: read_ } = surface.readChat(ask(inner, { operation: "count_tokens" }));
    expect(read_.map(({ role }) => role)).toEqual(["system", "user"]);
  });
});
