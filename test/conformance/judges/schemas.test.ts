import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readResponseSchemas } from "./schemas/read-response-schemas.ts";
import { drop } from "./edit.ts";
import { GOOD_BODIES } from "./good-bodies.ts";
import { FAILED, GOOD } from "./good-streams.ts";
import { at, type BodyKind, type JudgedSurface, listAt, textAt } from "./judged.ts";
import { eventTypes, validateBody, validateEvent } from "./validate.ts";

const SURFACES = Object.keys(GOOD) as readonly JudgedSurface[]; // the record has no other keys

/** The places of all members that the schema requires and the value has, as paths. */
function requiredPaths(schema: unknown, value: unknown, definitions: unknown): readonly string[] {
  const ref = textAt(schema, "$ref");
  if (ref !== "") return requiredPaths(at(definitions, ref.slice("#/definitions/".length)), value, definitions);
  const tag = textAt(schema, "discriminator", "propertyName");
  const alternatives = [...listAt(schema, "oneOf"), ...listAt(schema, "anyOf")];
  if (alternatives.length > 0) {
    const chosen = alternatives.find((alternative) => fits(alternative, value, { tag, definitions }));
    return chosen === undefined ? [] : requiredPaths(chosen, value, definitions);
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      requiredPaths(at(schema, "items"), item, definitions).map((path) => `${index}.${path}`),
    );
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => [
    ...(listAt(schema, "required").includes(name) ? [name] : []),
    ...requiredPaths(at(schema, "properties", name), member, definitions).map((path) => `${name}.${path}`),
  ]);
}

/** Whether an alternative is the one meant: by its tag, else by being an object or a list as the value is. */
function fits(
  alternative: unknown,
  value: unknown,
  { tag, definitions }: { readonly tag: string; readonly definitions: unknown },
): boolean {
  const ref = textAt(alternative, "$ref");
  const schema = ref === "" ? alternative : at(definitions, ref.slice("#/definitions/".length));
  if (tag !== "")
    return (
      at(schema, "properties", tag, "const") === at(value, tag) ||
      listAt(schema, "properties", tag, "enum").includes(at(value, tag))
    );
  if (value === null) return at(schema, "type") === "null";
  return Array.isArray(value)
    ? at(schema, "type") === "array"
    : typeof value === "object" && (at(schema, "type") === "object" || listAt(schema, "oneOf").length > 0);
}

function schemasOf(surface: JudgedSurface): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/schemas/${surface}.json`, import.meta.url), "utf8"));
}

describe("published types", () => {
  it("stand in the files as the installed SDKs have them", async () => {
    const schemas = readResponseSchemas();
    expect([...schemas.keys()].toSorted()).toEqual(SURFACES.toSorted());
    for (const [surface, text] of schemas) await expect(text).toMatchFileSnapshot(`../../fixtures/schemas/${surface}.json`);
  });

  it("name the events of the surfaces that name them", () => {
    expect(eventTypes("openai-responses").size).toBeGreaterThan(50);
    expect(eventTypes("openai-responses").has("response.output_text.delta")).toBe(true);
    expect(eventTypes("anthropic-messages").size).toBe(8);
    expect(eventTypes("gemini").size).toBe(0);
  });

  it.each(SURFACES)("%s: no required member of an event can be left out", (surface) => {
    const file = schemasOf(surface);
    const kind = { "openai-chat": "chunk", "openai-completions": "completion", gemini: "response" }[surface as string] ?? "event";
    let tried = 0;
    for (const event of [...GOOD[surface], ...FAILED[surface]]) {
      if (typeof event === "string") continue;
      const isError = at(event, "error") !== undefined && kind !== "event";
      for (const path of requiredPaths(at(file, "kinds", isError ? "error" : kind), event, at(file, "definitions"))) {
        // Without its error an event is judged as another kind.
        if (path === "error") continue;
        tried += 1;
        expect(validateEvent(surface, drop(0, path)([event])[0]), path).not.toEqual([]);
      }
    }
    expect(tried).toBeGreaterThan(surface === "gemini" ? 2 : 20);
  });

  it.each(SURFACES)("%s: no required member of a body can be left out", (surface) => {
    const file = schemasOf(surface);
    const names: Readonly<Record<string, string>> = {
      "openai-chat": "completion",
      "openai-completions": "completion",
      "openai-responses": "response",
      "anthropic-messages": "message",
      gemini: "response",
    };
    for (const [kind, body] of Object.entries(GOOD_BODIES[surface])) {
      const name = kind === "chat" ? (names[surface] ?? "") : kind;
      for (const path of requiredPaths(at(file, "kinds", name), body, at(file, "definitions"))) {
        expect(validateBody(surface, kind as BodyKind, drop(0, path)([body])[0]), `${kind} ${path}`).not.toEqual([]); // its own keys
      }
    }
  });

  it("say where and what, of the alternative that was meant", () => {
    const [message] = drop(0, "content.1.name")([GOOD_BODIES["anthropic-messages"].chat ?? {}]);
    expect(validateBody("anthropic-messages", "chat", message)).toEqual(["content/1 must have required property 'name'"]);
    expect(validateEvent("openai-responses", { type: "response.thought.delta" })).toEqual([
      `the whole value of tag "type" must be in oneOf`,
    ]);
    expect(validateBody("gemini", "chat", { candidates: [{ text: "a" }] })).toEqual(["candidates/0 has the unknown member text"]);
    expect(validateBody("gemini", "embeddings", { embedding: { values: [0.5] } })).toEqual([]);
    expect(validateBody("openai-completions", "count", {})).toEqual(["openai-completions has no count"]);
  });
});
