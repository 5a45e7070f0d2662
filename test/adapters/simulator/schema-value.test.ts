import { describe, expect, it } from "vitest";
import { z } from "zod";
import { valueOfSchema } from "../../../src/adapters/simulator/schema-value.ts";
import { askChat, choiceOf } from "./ask.ts";

const person = z.strictObject({
  name: z.string().min(20).max(24),
  mail: z.email(),
  born: z.iso.date(),
  role: z.enum(["reader", "writer", "owner"]),
  kind: z.literal("person"),
  age: z.int().min(18).max(21),
  score: z.number().gt(0.25).lt(0.5),
  step: z.number().multipleOf(0.5).min(100.2),
  admin: z.boolean(),
  nickname: z.string().nullable(),
  tags: z.array(z.string().max(3)).min(2).max(4),
  address: z.strictObject({ lines: z.array(z.strictObject({ text: z.string() })) }),
  contact: z.union([z.strictObject({ phone: z.string() }), z.strictObject({ fax: z.string() })]),
  both: z.intersection(z.object({ left: z.int() }), z.object({ right: z.int() })),
});

describe("values of a schema", () => {
  it("satisfy types, bounds, enums, constants, unions and required properties, whatever the seed", () => {
    const schema = z.toJSONSchema(person);
    for (let seed = 0; seed < 200; seed++) expect(person.safeParse(valueOfSchema(schema, seed)).error).toBeUndefined();
  });

  it("follow references and end where a schema contains itself", () => {
    const node = {
      type: "object",
      properties: { value: { type: "integer" }, next: { $ref: "#/$defs/node" } },
      required: ["value"],
    };
    const schema = { $ref: "#/$defs/node", $defs: { node } };
    expect(valueOfSchema(schema, 1)).toMatchObject({ value: expect.any(Number), next: { value: expect.any(Number) } });
    expect(JSON.stringify(valueOfSchema(schema, 1)).length).toBeLessThan(1_000);
  });

  it("stay small when a schema multiplies itself or asks for a billion items", () => {
    const names = Array.from({ length: 10 }, (_, index) => `branch${index}`);
    const tree = { type: "object", properties: Object.fromEntries(names.map((name) => [name, { $ref: "#" }])), required: names };
    const list = {
      type: "array",
      minItems: 1e9,
      items: { type: "array", minItems: 1e9, items: { type: "string", minLength: 1e9 } },
    };
    for (const schema of [tree, list]) expect(JSON.stringify(valueOfSchema(schema, 1)).length).toBeLessThan(20_000_000);
  });

  it("exist for odd schemas too", () => {
    for (const schema of [
      true,
      {},
      null,
      { type: [] },
      { enum: [] },
      { anyOf: [] },
      { $ref: "#/nowhere/at/all" },
      { properties: null },
    ]) {
      expect(() => JSON.stringify(valueOfSchema(schema, 3))).not.toThrow();
    }
  });

  it("answer a request for structured output", async () => {
    const jsonSchema = { name: "person", strict: true, schema: z.toJSONSchema(person) };
    const { message } = await choiceOf(
      await askChat({ model: "sim-small", response_format: { type: "json_schema", json_schema: jsonSchema } }),
    );
    expect(person.safeParse(JSON.parse(message.content ?? "")).success).toBe(true);
    const free = await choiceOf(await askChat({ model: "sim-small", response_format: { type: "json_object" } }));
    expect(JSON.parse(free.message.content ?? "")).toEqual({ message: "sample message" });
  });
});
