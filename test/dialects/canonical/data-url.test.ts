import { describe, expect, it } from "vitest";
import { parseDataUrl } from "../../../src/dialects/canonical/data-url.ts";

describe("a data: URL", () => {
  it.each([
    ["data:IMAGE/PNG;BASE64,aGk=", "image/png", "aGk="],
    ["data:;base64,aGk=", null, "aGk="],
    ["DATA:text/plain;charset=utf-8;base64,aGk=", "text/plain", "aGk="],
    ["data:image/svg+xml;utf8,%3Csvg/%3E", "image/svg+xml", btoa("<svg/>")],
    ["data:,%C3%A9,b", "text/plain", "w6ksYg=="],
  ])("is its type and base64: %s", (url, mimeType, data) => {
    expect(parseDataUrl(url)).toEqual({ mimeType, data });
  });

  it.each(["https://a.example/data:,x", "data:image/png;base64", "data:,%zz"])("is not %s", (url) => {
    expect(parseDataUrl(url)).toBeNull();
  });
});
