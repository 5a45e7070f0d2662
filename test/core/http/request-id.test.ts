import { expect, it } from "vitest";
import { readRequestId } from "../../../src/core/http/request-id.ts";

it.each(["a", "req_01-AB", "x".repeat(64)])("keeps %s", (id) => {
  expect(readRequestId(new Headers({ "x-request-id": id }))).toBe(id);
});

it.each(["", "x".repeat(65), "a%0d%0aSet-Cookie: x=1", "a b", "a,b", "a\u00e9", "{{7*7}}", "../x"])("drops %s (F01)", (id) => {
  expect(readRequestId(new Headers({ "x-request-id": id }))).toBeNull();
});

it("has none without the header", () => {
  expect(readRequestId(new Headers())).toBeNull();
});
