import { describe, expect, it } from "vitest";
import { object } from "../../../src/core/admin/json-schema.ts";
import { readParameters, readValue } from "../../../src/core/admin/read-value.ts";

const SCHEMA = object(
  {
    name: { type: "string", minLength: 1, maxLength: 5, pattern: /^[a-z]+$/ },
    kind: { type: "string", enum: ["a", "b"], default: "a" },
    count: { type: "integer", minimum: 1, maximum: 9 },
    share: { type: "number", minimum: 0, maximum: 1 },
    dry: { type: "boolean", default: false },
    limits: { type: "array", maxItems: 2, items: object({ per: { type: "string", maxLength: 3 } }, ["per"]) },
  },
  ["name"],
);

describe("readValue", () => {
  it("fills in defaults and keeps nothing else", () => {
    expect(readValue(SCHEMA, { name: "abc", limits: [{ per: "1m" }] })).toEqual({
      kind: "ok",
      value: { name: "abc", kind: "a", dry: false, limits: [{ per: "1m" }] },
    });
  });

  it.each([
    [{}, "missing_field", "name"],
    [{ name: "abc", role: "owner" }, "unknown_field", "role"],
    [JSON.parse('{"name":"abc","__proto__":{"kind":"b"}}'), "unknown_field", "__proto__"],
    [{ name: "abc", constructor: 1 }, "unknown_field", "constructor"],
    [{ name: 7 }, "invalid_value", "name"],
    [{ name: null }, "invalid_value", "name"],
    [{ name: "" }, "invalid_value", "name"],
    [{ name: "abcdef" }, "invalid_value", "name"],
    [{ name: "ABC" }, "invalid_value", "name"],
    [{ name: "abc", kind: "c" }, "invalid_value", "kind"],
    [{ name: "abc", count: 1.5 }, "invalid_value", "count"],
    [{ name: "abc", count: "1" }, "invalid_value", "count"],
    [{ name: "abc", share: Number.NaN }, "invalid_value", "share"],
    [{ name: "abc", dry: "true" }, "invalid_value", "dry"],
    [{ name: "abc", limits: {} }, "invalid_value", "limits"],
    [{ name: "abc", limits: [{ per: "1m" }, { per: "1m", usd: 1 }] }, "unknown_field", "limits.1.usd"],
    [{ name: "abc", limits: [{ per: "1m" }, { per: "1m" }, { per: "1m" }] }, "invalid_value", "limits"],
    [[], "invalid_value", ""],
  ])("refuses %j with %s at '%s'", (value, code, param) => {
    expect(readValue(SCHEMA, value)).toMatchObject({ kind: "refused", code, param });
  });
});

describe("readParameters", () => {
  it("reads numbers and booleans where the schema has them, and text elsewhere", () => {
    const query = new URLSearchParams("name=abc&count=3&share=0.5&dry=true");
    expect(readParameters(SCHEMA, query)).toMatchObject({ kind: "ok", value: { name: "abc", count: 3, share: 0.5, dry: true } });
    expect(readParameters(object({ id: { type: "string", maxLength: 9 } }), new URLSearchParams("id=17"))).toEqual({
      kind: "ok",
      value: { id: "17" },
    });
  });

  it.each([
    ["name=abc&name=abd", "invalid_value", "name"],
    ["name=abc&_method=DELETE", "unknown_field", "_method"],
    ["name=abc&count=", "invalid_value", "count"],
    ["name=abc&count=0x1z", "invalid_value", "count"],
    ["name=abc&dry=1", "invalid_value", "dry"],
  ])("refuses %s with %s at '%s'", (query, code, param) => {
    expect(readParameters(SCHEMA, new URLSearchParams(query))).toMatchObject({ kind: "refused", code, param });
  });
});
