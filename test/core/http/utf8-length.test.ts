import { assert, property, string } from "fast-check";
import { expect, it } from "vitest";
import { utf8Length } from "../../../src/core/http/utf8-length.ts";

it("counts the bytes that an encoder writes", () => {
  assert(property(string({ unit: "binary" }), (text) => utf8Length(text) === new TextEncoder().encode(text).length));
});

it("differs from what came where a decoder has repaired or dropped bytes", () => {
  for (const bytes of [[0xff], [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xef, 0xbb, 0xbf, 0x7b]]) {
    expect(utf8Length(new TextDecoder().decode(Uint8Array.from(bytes)))).not.toBe(bytes.length);
  }
});
