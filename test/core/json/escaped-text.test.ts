import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closingQuote, escapeText, isEscapedText, unescapeText } from "../../../src/core/json/escaped-text.ts";

describe("a text between the quotes of a JSON string", () => {
  it("reads back as it was, and ends at the first quote after it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeText(text);
        expect(unescapeText(escaped)).toBe(text);
        expect(closingQuote(`"${escaped}","b":"c"`, 1)).toBe(1 + escaped.length);
        expect(closingQuote(escaped, 0)).toBe(-1);
      }),
    );
  });

  it.each(["\n", '"', '","', "\\", "\\u12", "\\x"])("is not %j", (text) => {
    expect(isEscapedText(text)).toBe(false);
  });
});
