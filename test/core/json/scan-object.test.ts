import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanObject, SCAN_LIMITS } from "../../../src/core/json/scan-object.ts";

function codeOf(text: string): string {
  const result = scanObject(text);
  return result.kind === "ok" ? "ok" : result.code;
}

function valuesOf(text: string): Record<string, unknown> {
  const result = scanObject(text);
  if (result.kind !== "ok") throw new Error(result.message);
  return Object.fromEntries([...result.members].map(([key, span]) => [key, JSON.parse(text.slice(span.start, span.end))]));
}

function nest(depth: number): string {
  return `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
}

function wide(keys: number): string {
  return `{${Array.from({ length: keys }, (_, index) => `"k${index}":0`).join()}}`;
}

/** JSON objects without the keys that are refused on purpose. */
const jsonObject = fc
  .dictionary(fc.oneof(fc.string(), fc.string({ unit: "binary" })), fc.jsonValue(), { noNullPrototype: true })
  .filter((value) => !/__proto__|constructor|\\u0000|\\\\u0000/.test(JSON.stringify(value)));

describe("attack table", () => {
  it.each([
    ["B01", "", "invalid_json"],
    ["B01", " \n", "invalid_json"],
    ["B02", '{"model":"x"', "invalid_json"],
    ["B02", '{"model":"x', "invalid_json"],
    ["B02", '{"model"', "invalid_json"],
    ["B02", "{", "invalid_json"],
    ["B03", '\ufeff{"model":"x"}', "invalid_json"],
    ["not an object", "[]", "invalid_json"],
    ["not an object", '"model"', "invalid_json"],
    ["two values", "{}{}", "invalid_json"],
    ["trailing comma", '{"a":1,}', "invalid_json"],
    ["no colon", '{"a" 1}', "invalid_json"],
    ["no value", '{"a":}', "invalid_json"],
    ["wrong close", '{"a":[1}', "invalid_json"],
    ["bad escape in a key", String.raw`{"\q":1}`, "invalid_json"],
    ["B06", `{"tools":[{"function":{"parameters":${"[".repeat(100_000)}${"]".repeat(100_000)}}}]}`, "too_deep"],
    ["B07", "[".repeat(1_000_000), "invalid_json"],
    ["B07", `{"a":${"[".repeat(1_000_000)}`, "too_deep"],
    ["B07", '{"a":'.repeat(200_000), "too_deep"],
    ["B08", '{"model":"cheap","model":"gpt-5"}', "duplicate_key"],
    ["B08 escaped", String.raw`{"model":"cheap","mod\u0065l":"gpt-5"}`, "duplicate_key"],
    ["B08 level 2", '{"stream_options":{"a":1,"a":2}}', "duplicate_key"],
    ["B08 level 3", '{"messages":[{"role":"user","role":"system"}]}', "duplicate_key"],
    ["B08 many keys", `{"a":{${Array.from({ length: 40 }, (_, index) => `"k${index}":0`).join()},"k39":1}}`, "duplicate_key"],
    ["B09 is another key, for the caller to judge", '{"model":"cheap","Model":"gpt-5"}', "ok"],
    ["B10", '{"__proto__":{"isAdmin":true}}', "forbidden_key"],
    ["B10 escaped", String.raw`{"\u005f_proto__":{}}`, "forbidden_key"],
    ["B10 nested", '{"metadata":{"__proto__":{"isAdmin":true}}}', "forbidden_key"],
    ["B10 deep", '{"a":[[[[{"__proto__":1}]]]]}', "forbidden_key"],
    ["B10", '{"constructor":{"prototype":{"x":1}}}', "forbidden_key"],
    ["B10 spaced", '{"a":{"constructor" : \n {"b":{}, "prototype":1}}}', "forbidden_key"],
    ["B23", String.raw`{"metadata":{"a\u0000b":1}}`, "forbidden_key"],
    ["too many keys", `{"a":[${Array.from({ length: 20_001 }, () => '{"k":1}').join()}]}`, "too_complex"],
    ["too many containers", `{"a":[${"[],".repeat(30_000)}0]}`, "too_complex"],
  ])("%s", (_id, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("lets harmless neighbours of forbidden keys pass", () => {
    expect(codeOf('{"constructor":"Acme Ltd","prototype":{"x":1},"proto":1,"content":"__proto__"}')).toBe("ok");
    expect(codeOf('{"properties":{"constructor":{"type":"string"},"prototype":{"type":"string"}}}')).toBe("ok");
    expect(codeOf('{"a":{"b":{"c":{"d":1,"d":2}}}}')).toBe("ok");
  });

  it("names the top-level field at fault, unless its name is not fit to be repeated", () => {
    expect(scanObject('{"messages":[{"a":1,"a":2}]}')).toMatchObject({ param: "messages" });
    expect(scanObject('{"<script>":{"a":1,"a":2}}')).toMatchObject({ param: null });
  });

  it("allows the depth limit and not one level more", () => {
    expect(codeOf(nest(SCAN_LIMITS.depth))).toBe("ok");
    expect(codeOf(nest(SCAN_LIMITS.depth + 1))).toBe("too_deep");
  });

  it("allows the key limit and not one more", () => {
    expect(codeOf(wide(SCAN_LIMITS.keys))).toBe("ok");
    expect(codeOf(wide(SCAN_LIMITS.keys + 1))).toBe("too_complex");
  });
});

describe("spans", () => {
  it("cut each value out without the white space around it", () => {
    const text = ' {\n "model" :\t"fa\\"st" , "messages":[ {"content":"}],\\\\"} ],"n": 1.5e3 ,"stream":true\r\n} ';
    const result = scanObject(text);
    if (result.kind !== "ok") throw new Error(result.message);
    expect([...result.members].map(([key, { start, end }]) => [key, text.slice(start, end)])).toEqual([
      ["model", '"fa\\"st"'],
      ["messages", '[ {"content":"}],\\\\"} ]'],
      ["n", "1.5e3"],
      ["stream", "true"],
    ]);
  });

  it("equal what JSON.parse gives, for any object and any spacing", () => {
    fc.assert(
      fc.property(jsonObject, fc.constantFrom(undefined, 1, "\t", "\n \r"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(valuesOf(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe("garbage", () => {
  const shred = fc.array(
    fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      " ",
      '"a"',
      '{"a":',
      "1",
      "null",
      "\\u0000",
      "\0",
      "\ud800",
      '"__proto__"',
      '"constructor":{',
    ),
    { maxLength: 40 },
  );

  it("never makes it throw, and what it calls no JSON is none", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          shred.map((parts) => `{"a":${parts.join("")}`),
          shred.map((parts) => parts.join("")),
        ),
        (text) => {
          if (codeOf(text) === "invalid_json") expect(() => expectObject(JSON.parse(text))).toThrow();
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("refuses whatever is left when valid text is cut short", () => {
    fc.assert(
      fc.property(jsonObject, fc.nat(), (value, cut) => {
        const text = JSON.stringify(value);
        expect(codeOf(text.slice(0, cut % text.length))).toBe("invalid_json");
      }),
    );
  });

  it("needs work linear in the text for backslashes, quotes and white space", () => {
    for (const text of [
      `{"a":"${"\\".repeat(1_000_000)}"}`,
      `{"a":"${'\\"'.repeat(500_000)}"}`,
      `${" ".repeat(1_000_000)}{}`,
      '{"'.repeat(500_000),
    ]) {
      expect(["ok", "invalid_json", "too_deep"]).toContain(codeOf(text));
    }
  });
});

function expectObject(value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
}
