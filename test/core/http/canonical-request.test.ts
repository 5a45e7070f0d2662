import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkAddress, readHeaders } from "../../../src/core/http/canonical-request.ts";

const ANY_HOST: ReadonlySet<string> = new Set();

function outcome(url: string, hosts = ANY_HOST): string {
  const checked = checkAddress(url, hosts);
  return checked.kind === "ok" ? checked.path : checked.code;
}

describe("addresses, as workerd hands them over", () => {
  it.each([
    ["http://127.0.0.1:8787/v1/chat/completions", "/v1/chat/completions"],
    ["https://[::1]:8787/v1/models?limit=2&x=../..//;%00", "/v1/models"],
    ["https://Router.Example/", "/"],
    ["https://router.example/?x", "/"],
    ["https://router.example/assets/", "/assets/"],
    ["https://router.example/.well-known/x", "/.well-known/x"],
    ["https://router.example/v1beta/models/gemini-2:generateContent", "/v1beta/models/gemini-2:generateContent"],
    ["https://router.example/v1/models/meta/llama-3:8b@eu", "/v1/models/meta/llama-3:8b@eu"],
    ["https://router.example/v1/models/meta%2Fllama%3A8b%40eu%20x%C3%A9?x=%00", "/v1/models/meta%2Fllama%3A8b%40eu%20x%C3%A9"],
    ["https://router.example/v1alpha/models/meta%2Fllama:countTokens", "/v1alpha/models/meta%2Fllama:countTokens"],
    ["https://router.example/v1/publishers/google/models/a%3A8b?x", "/v1/publishers/google/models/a%3A8b"],
  ])("%s passes", (url, path) => {
    expect(outcome(url)).toBe(path);
  });

  it.each([
    ["A01", "http://r/v1/../admin/keys", "invalid_path"],
    ["A01", "http://r/v1/..", "invalid_path"],
    ["A01", "http://r/./admin", "invalid_path"],
    ["A01", "http://r/v1/..?x", "invalid_path"],
    ["A02", "http://r/v1/%2e%2e/admin/keys", "invalid_path"],
    ["A02", "http://r/v1/.%2E/admin/keys", "invalid_path"],
    ["A03", "http://r//admin/keys", "invalid_path"],
    ["A03", "http://r/v1//models", "invalid_path"],
    ["A03", "http://r/v1/models//", "invalid_path"],
    ["A04", "http://r/admin%2fkeys", "invalid_path"],
    ["A04", "http://r/admin%5ckeys", "invalid_path"],
    ["A04", "http://r/admin\\keys", "invalid_path"],
    ["A05", "http://r/admin;/keys", "invalid_path"],
    ["A06", "http://r/admin%00/keys", "invalid_path"],
    ["A06", "http://r/v1/models/a%00", "invalid_path"],
    ["A08", "http://evil.com?/v1#/admin/keys", "invalid_host"],
    ["A08", "http://evil.com#/admin/keys", "invalid_host"],
    ["userinfo", "http://a@b/v1/models", "invalid_host"],
    ["two hosts", "http://a, b/v1/models", "invalid_host"],
    ["host with an escape", "http://a%2f/v1/models", "invalid_host"],
    ["host with a backslash", "http://evil.com\\x/v1/models", "invalid_host"],
    ["host in latin-1", "http://ev\u00e9.com/v1/models", "invalid_host"],
    ["port", "http://r:65536/v1/models", "invalid_host"],
    ["no path", "http://r", "invalid_path"],
    ["OPTIONS *", "http://r*", "invalid_host"],
    ["A19", `http://r/${"a".repeat(20_000)}`, "uri_too_long"],
    ["encoded dots in an id", "http://r/v1/models/..%2f..%2fadmin", "invalid_path"],
    ["encoded slash beside dots", "http://r/v1/models/a%2F..%2Fb", "invalid_path"],
    ["encoded dots in an id", "http://r/v1beta1/publishers/google/models/..%2f..%2fadmin", "invalid_path"],
    ["escape before the models", "http://r/admin%2fx/models/a", "invalid_path"],
    ["escape far below the root", "http://r/a/b/c/d/e/models/a%2fb", "invalid_path"],
    ["dots in an id", "http://r/v1/models/../../admin", "invalid_path"],
    ["empty part in an id", "http://r/v1/models/a%2F%2Fb", "invalid_path"],
    ["control in an id", "http://r/v1/models/a%0d%0aSet-Cookie", "invalid_path"],
    ["C1 control in an id", "http://r/v1/models/a%C2%85", "invalid_path"],
    ["backslash in an id", "http://r/v1/models/a%5Cb", "invalid_path"],
    ["escaped escape in an id", "http://r/v1/models/%252e%252e", "invalid_path"],
    ["invalid UTF-8 in an id", "http://r/v1/models/%ff", "invalid_path"],
    ["overlong UTF-8 in an id", "http://r/v1/models/%c0%ae", "invalid_path"],
    ["half an escape", "http://r/v1/models/a%4", "invalid_path"],
    ["raw non-ASCII", "http://r/v1/models/\u00e9", "invalid_path"],
  ])("%s: %s", (_id, url, code) => {
    expect(outcome(url)).toBe(code);
  });

  it("answers only for its own hosts once there is a list", () => {
    const hosts = new Set(["router.example", "127.0.0.1:8787"]);
    expect(outcome("https://router.example/v1/models", hosts)).toBe("/v1/models");
    expect(outcome("https://ROUTER.example:8443/v1/models", hosts)).toBe("/v1/models");
    expect(outcome("http://127.0.0.1:8787/v1/models", hosts)).toBe("/v1/models");
    expect(outcome("http://127.0.0.1:8788/v1/models", hosts)).toBe("misdirected_host");
    expect(outcome("https://router.example.evil.com/v1/models", hosts)).toBe("misdirected_host");
    expect(outcome("https://router.example./v1/models", hosts)).toBe("misdirected_host");
  });

  it("passes only paths on which every URL parser agrees", () => {
    const piece = fc.constantFrom(
      "/",
      "v1",
      "models",
      ".",
      "..",
      "%2e",
      "%2f",
      "\\",
      ";",
      "?",
      "#",
      "@",
      ":",
      "%00",
      "\t",
      "\u00e9",
      "admin",
      "%",
      "//",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const url = `http://router.example/${pieces.join("")}`;
        const checked = checkAddress(url, ANY_HOST);
        if (checked.kind !== "ok") return;
        expect(new URL(url).pathname).toBe(checked.path);
        expect(new URL(url).host).toBe("router.example");
      }),
      { numRuns: 3_000 },
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void checkAddress(`http://${text}`, ANY_HOST)));
  });
});

function many(count: number, size: number): Headers {
  return new Headers(Array.from({ length: count }, (_, index) => [`x-${index}`, "v".repeat(size)] satisfies [string, string]));
}

describe("headers", () => {
  it("pass up to 100 of them and 32 KB of names and values", () => {
    expect(readHeaders(many(100, 10)).kind).toBe("ok");
    expect(readHeaders(many(16, 2_040)).kind).toBe("ok");
  });

  it.each([
    ["A18 one huge value", many(1, 200_000)],
    ["A18 too many", many(500, 1)],
    ["101", many(101, 1)],
    ["32 KB in sum", many(17, 2_048)],
  ])("%s are too large", (_id, headers) => {
    expect(readHeaders(headers)).toMatchObject({ code: "headers_too_large" });
  });

  it.each(["evil.com/v1", "a b", "a@b", "evil.com?/v1#", "a:b:c", "x:99999", "a, b"])("refuse `Host: %s` (A09)", (host) => {
    expect(readHeaders(new Headers({ host }))).toMatchObject({ code: "invalid_host" });
  });

  it.each(["router.example", "127.0.0.1:8787", "[::1]:80", "LOCALHOST"])("accept `Host: %s`", (host) => {
    expect(readHeaders(new Headers({ host })).kind).toBe("ok");
  });
});
