import { expect, it } from "vitest";
import { copyResponseHeaders } from "../../../src/core/http/response-headers.ts";

it("passes the processing time and nothing else (F04)", () => {
  const upstream = new Headers({
    "openai-processing-ms": "412",
    "set-cookie": "x=1",
    "access-control-allow-origin": "*",
    location: "https://evil.example",
    "alt-svc": "h3",
    "strict-transport-security": "max-age=1",
    "x-fairlead-target": "forged",
    "x-request-id": "theirs",
    "x-ratelimit-remaining-requests": "3",
    "openai-organization": "org-ours",
    "content-type": "text/html",
    "content-length": "5",
  });
  const answer = new Headers({ "x-request-id": "ours" });
  copyResponseHeaders(upstream, answer);
  expect(Object.fromEntries(answer)).toEqual({ "openai-processing-ms": "412", "x-request-id": "ours" });
});

it("drops a value that is not short and printable", () => {
  const answer = new Headers();
  copyResponseHeaders(new Headers({ "openai-processing-ms": "\u00e9" }), answer);
  copyResponseHeaders(new Headers({ "openai-processing-ms": "1".repeat(65) }), answer);
  expect([...answer]).toEqual([]);
});
