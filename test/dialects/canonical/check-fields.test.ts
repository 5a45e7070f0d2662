import { describe, expect, it } from "vitest";
import { exactBody } from "../../../src/dialects/canonical/exact-body.ts";
import { RawJson } from "../../../src/core/json/exact-json.ts";
import {
  checkFields,
  checkModel,
  type FieldRules,
  isInteger,
  isNumber,
  isObject,
  numberOf,
  parseBody,
} from "../../../src/dialects/canonical/check-fields.ts";

const RULES: FieldRules = { checks: new Map([["topP", isNumber(0, 1)]]), read: new Set(["model", "maxTokens"]) };

describe("members", () => {
  it("are checked by their rule, null and unknown ones pass", () => {
    expect(() => checkFields({ topP: 0.5, model: "m", other: 1 }, RULES)).not.toThrow();
    expect(() => checkFields({ topP: null }, RULES)).not.toThrow();
    expect(() => checkFields({ topP: 2 }, RULES)).toThrow(expect.objectContaining({ code: "invalid_value", param: "topP" }));
  });

  it("that steer are refused in any spelling", () => {
    for (const name of ["base_url", "baseUrl", "BASE-URL", "aws_secret_access_key", "awsSecretAccessKey"])
      expect(() => checkFields({ [name]: "x" }, RULES)).toThrow(expect.objectContaining({ code: "unknown_field", param: name }));
  });

  it("that are read are refused in another case", () => {
    for (const name of ["MODEL", "MaxTokens"])
      expect(() => checkFields({ [name]: 1 }, RULES)).toThrow(expect.objectContaining({ code: "unknown_field", param: name }));
  });
});

describe("numbers", () => {
  it("kept as their text are numbers, and no objects", () => {
    const body = exactBody({ body: {}, text: '{"a":0.1234567890123456789,"b":12345678901234567890}' });
    expect(body["a"]).toBeInstanceOf(RawJson);
    expect(numberOf(body["a"])).toBe(0.12345678901234568);
    expect(isNumber(0, 1)(body["a"])).toBeNull();
    expect(isInteger(0, Number.MAX_SAFE_INTEGER)(body["b"])).not.toBeNull();
    expect(isObject(body["a"])).not.toBeNull();
  });
});

describe("a body", () => {
  it("says where its members stand", () => {
    const text = ' {"model" : "m"}';
    const { start, end } = parseBody(text).members.get("model") ?? { start: 0, end: 0 };
    expect(text.slice(start, end)).toBe('"m"');
  });

  it("that is none is refused by what is wrong with it", () => {
    for (const [text, code] of [
      ["[]", "invalid_json"],
      ["{", "invalid_json"],
      ['{"a":01}', "invalid_json"],
      ['{"a":1,"a":2}', "duplicate_key"],
    ] as const)
      expect(() => parseBody(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a model", () => {
  it("is a name of some length without control characters", () => {
    expect(checkModel("m")).toBe("m");
    for (const [model, code] of [
      [undefined, "missing_field"],
      ["", "invalid_value"],
      [1, "invalid_value"],
      ["a\u0000", "invalid_value"],
      ["x".repeat(257), "model_not_found"],
    ] as const)
      expect(() => checkModel(model)).toThrow(expect.objectContaining({ code, param: "model" }));
  });
});
