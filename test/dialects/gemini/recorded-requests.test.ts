import { describe, expect, it } from "vitest";
import { RawJson } from "../../../src/core/json/exact-json.ts";
import { mayHoldEnvelope } from "../../../src/dialects/canonical/seal-envelope.ts";
import { camelCase } from "../../../src/dialects/gemini/member.ts";
import { ask, backend, native, surface, upstream } from "./asked.ts";
import { exchanges, sealsOf } from "./fixtures.ts";

type Json = Readonly<Record<string, unknown>>;

const recorded = [...exchanges("gemini")].flatMap(({ model, name, request }) =>
  request === null ? [] : [{ name, model, request }],
);

/** Objects whose members are the caller's own. */
const DATA = new Set([
  "args",
  "response",
  "parametersJsonSchema",
  "responseJsonSchema",
  "parameters",
  "responseSchema",
  "labels",
]);

/** Names in one spelling, outside of data. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null || value instanceof RawJson) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [camelCase(name), DATA.has(camelCase(name)) ? inner : camel(inner)]),
  );
}

/** Contents as we write them: turns of one side are one, an empty text is none. */
function merged(contents: readonly Json[]): readonly unknown[] {
  const out: { role: unknown; parts: Json[] }[] = [];
  for (const { parts, role } of contents) {
    const kept = (parts as Json[]).filter((part) => part["text"] !== "");
    const last = out.at(-1);
    if (last !== undefined && last.role === role) last.parts.push(...kept);
    else if (kept.length > 0) out.push({ role, parts: [...kept] });
  }
  return out.length === 0 ? [{ role: "user", parts: [{ text: "" }] }] : out;
}

function written(request: string, model: string, family = "gemini"): Json {
  const chat = surface.readChat(ask(request));
  return JSON.parse(backend.writeRequest(chat, upstream(model, { family })).body) as Json;
}

function signatures(body: unknown): readonly string[] {
  return [...JSON.stringify(body).matchAll(/"thought_?[sS]ignature":"([^"]*)"/g)].map(([, data]) => data ?? "");
}

/** The functions declared, in one spelling; what is empty is left out. */
function functions({ tools }: Json): unknown {
  const list = ((tools ?? []) as Json[]).flatMap((tool) => (tool["functionDeclarations"] ?? []) as Json[]);
  return list.map(({ name, description, parametersJsonSchema }) => ({
    name,
    description: description ?? "",
    parametersJsonSchema,
  }));
}

describe("recorded requests", () => {
  it.each(recorded)("$name passes as it came", ({ request }) => {
    const asked = ask(request);
    expect(native.encodeUpstream(asked, upstream("gemini-x"))).toBe(request);
    expect(mayHoldEnvelope(request)).toBe(false);
  });

  it.each(recorded)("$name is read and written with the same contents, parts and signatures", ({ model, request }) => {
    const before = camel(JSON.parse(request)) as Json;
    const after = written(request, model);
    expect(after["contents"]).toEqual(merged(before["contents"] as Json[]));
    expect(signatures(after)).toEqual(signatures(before));
    const { systemInstruction } = before as { systemInstruction?: { parts: unknown } };
    expect(after["systemInstruction"]).toEqual(systemInstruction === undefined ? undefined : { parts: systemInstruction.parts });
  });

  it.each(recorded)("$name keeps tools, their choice and what it asks of the answer", ({ model, request }) => {
    const before = camel(JSON.parse(request)) as Json;
    const after = written(request, model);
    if (!request.includes('"parameters"')) expect(functions(after)).toEqual(functions(before));
    expect(after["toolConfig"]).toEqual(before["toolConfig"]);
    const { responseModalities, responseSchema, ...config } = before["generationConfig"] as Json;
    expect(responseModalities ?? ["TEXT"]).toEqual(["TEXT"]);
    const unsaid = ["responseLogprobs", "logprobs", "thinkingConfig", "responseJsonSchema"];
    const same = Object.fromEntries(Object.entries(config).filter(([name]) => !unsaid.includes(name)));
    expect(after["generationConfig"] ?? {}).toMatchObject(same);
    const format = (after["generationConfig"] as Json | undefined)?.["responseJsonSchema"];
    if (responseSchema === undefined) expect(format).toEqual(config["responseJsonSchema"]);
  });

  it.each(recorded)("$name sends no signature to another family", ({ request }) => {
    expect(signatures(written(request, "gemini-3-pro-preview", "x"))).toEqual([]);
  });

  it("reads every signature as Gemini's", () => {
    const seals = recorded.flatMap(({ request }) =>
      surface.readChat(ask(request)).turns.flatMap(({ blocks }) => sealsOf(blocks)),
    );
    expect(seals.length).toBeGreaterThan(20);
    for (const seal of seals) expect(seal).toMatchObject({ family: "gemini", form: "thought_signature", id: null });
  });

  it("writes the same text every time", () => {
    for (const { request } of recorded) {
      const write = (): string => backend.writeRequest(surface.readChat(ask(request)), upstream("gemini-2.5-pro")).body;
      expect(write()).toBe(write());
    }
  });

  it("lowers the API's own schemas", () => {
    const [first] = recorded.filter(({ name }) => name === "pyd-google-google_model_iter_stream/step-1");
    const { tools } = surface.readChat(ask(first?.request ?? ""));
    expect(tools[0]).toMatchObject({
      name: "get_capital",
      schema: { type: "object", properties: { country: { type: "string" } }, required: ["country"] },
    });
    const [format] = recorded.filter(({ name }) => name === "pyd-google-google_native_output_multiple");
    expect(JSON.stringify(surface.readChat(ask(format?.request ?? "")).output)).not.toMatch(/STRING|OBJECT|property_ordering/);
  });
});

describe("recorded counts of tokens", () => {
  it("are read", () => {
    const text = JSON.stringify({ totalTokens: 13, totalBillableCharacters: 47 });
    expect(backend.countTokens?.readAnswer(text)).toEqual({ kind: "read", tokens: 13 });
    expect(native.readAnswer("count_tokens", text)).toMatchObject({ kind: "complete" });
  });
});
