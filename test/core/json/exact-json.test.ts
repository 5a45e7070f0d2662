import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExact, RawJson, writeJson } from "../../../src/core/json/exact-json.ts";
import { runsOf } from "../../judges/runs.ts";

/** A decimal as its digits and its power of ten: two texts are the same number exactly when these are the same. */
function decimalOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return significant === "" ? "0" : `${sign}${significant}e${power}`;
}

const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const numberText = fc
  .record({
    sign: fc.constantFrom("", "-"),
    whole: fc.oneof(fc.constant("0"), fc.stringMatching(/^[1-9][0-9]{0,24}$/)),
    fraction: fc.option(digits(25), { nil: null }),
    exponent: fc.option(fc.tuple(fc.constantFrom("e", "E", "e+", "E-", "e-"), digits(3)), { nil: null }),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      sign + whole + (fraction === null ? "" : `.${fraction}`) + (exponent?.join("") ?? ""),
  );

/** Every number in the text, in order, but none in its strings. */
function numbersIn(text: string): readonly string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g) ?? []).filter((token) => !token.startsWith('"'));
}

describe("parseExact", () => {
  it("keeps every digit of every number through writeJson", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), numberText), { maxLength: 5 }), (members) => {
        const text = `{"list":[${members.map(([key, number]) => `{${JSON.stringify(`k${key}`)}:${number}}`).join(",")}]}`;
        const written = writeJson(parseExact(text));
        expect(JSON.stringify(JSON.parse(written, (_key, value: unknown) => (typeof value === "number" ? 0 : value)))).toBe(
          JSON.stringify(JSON.parse(text, (_key, value: unknown) => (typeof value === "number" ? 0 : value))),
        );
        expect(numbersIn(written).map(decimalOf)).toEqual(numbersIn(text).map(decimalOf));
      }),
      { numRuns: runsOf(2000, 50_000) },
    );
  });

  it("gives a plain number wherever a double holds it, whatever else is in the text", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const texts = [String(number), number.toExponential(), Number.isSafeInteger(number) ? `${number}.0` : String(number)];
        const read = parseExact(`[${texts.join()},"12345678901234567890"]`);
        expect(
          Array.isArray(read) && read.every((item, index) => (index === 3 ? typeof item === "string" : item === number)),
        ).toBe(true);
      }),
      { numRuns: runsOf(1000, 20_000) },
    );
  });

  it.each([
    "12345678901234567890",
    "0.1234567890123456789",
    "123456789012345.671",
    "1e400",
    "1E-400",
    "-98765432109876.54321",
    "1.2345e-320",
  ])("keeps %s as its text", (text) => {
    expect(parseExact(`{"a":[${text}]}`)).toEqual({ a: [new RawJson(text)] });
  });

  it("reads what JSON.parse reads and refuses what it refuses", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, noise) => {
        const text = JSON.stringify([value, noise]);
        expect(parseExact(text)).toEqual(JSON.parse(text));
        expect(() => parseExact(text + noise + "]")).toThrow(SyntaxError);
      }),
    );
  });
});

/** Texts that look like what `writeJson` puts in a raw value's place. */
const forgery = fc
  .array(
    fc.constantFrom(
      "\uE000",
      "\uE001",
      "0",
      "1",
      "2",
      "_",
      "x",
      "xx",
      '"',
      ",",
      "\\",
      "\uE0000_0\uE001",
      "\uE0001_0\uE001",
      "\uE0000\uE001",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const rawText = fc.oneof(
  fc.constantFrom("{}", "[]", "12345678901234567890", '{"city":"Köln","n":1.10}', '"\uE0000_0\uE001"', '{"$&":"$1"}'),
  forgery.map((text) => JSON.stringify({ [text]: text })),
);

describe("writeJson", () => {
  it(
    "writes raw values verbatim and everything else as JSON.stringify does, whatever the texts hold",
    { timeout: 120_000 },
    () => {
      const leaf = fc.oneof(
        forgery.map((text) => ({ plain: JSON.stringify(text), value: text as unknown })),
        rawText.map((text) => ({ plain: text, value: new RawJson(text) as unknown })),
      );
      const members = fc.array(fc.tuple(forgery, leaf), { maxLength: 6 });
      fc.assert(
        fc.property(members, (list) => {
          const value = list.map(([key, { value: member }], index) => ({ [`${index}${key}`]: member }));
          const expected = list.map(([key, { plain }], index) => `{${JSON.stringify(`${index}${key}`)}:${plain}}`);
          expect(writeJson(value)).toBe(`[${expected.join()}]`);
        }),
        { numRuns: runsOf(2000, 50_000) },
      );
    },
  );

  it("writes a raw value that stands alone, and one that stands twice", () => {
    const raw = new RawJson('{"a": 1}');
    expect(writeJson(raw)).toBe('{"a": 1}');
    expect(writeJson([raw, raw])).toBe('[{"a": 1},{"a": 1}]');
  });

  it("takes two passes at most, however many placeholders a text forges", () => {
    const forged = Array.from(
      { length: 3000 },
      (_, index) => `\uE000${"x".repeat(index % 300)}${index}_0\uE001\uE000${index}_${index}\uE001`,
    );
    const started = performance.now();
    const text = writeJson({ forged, raw: new RawJson("1.0") });
    // A pass for each forged salt takes seconds.
    expect(performance.now() - started).toBeLessThan(500);
    expect(text).toBe(`{"forged":${JSON.stringify(forged)},"raw":1.0}`);
  });
});
