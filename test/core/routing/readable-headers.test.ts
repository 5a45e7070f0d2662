import { expect, it } from "vitest";
import { ReadableHeaders } from "../../../src/core/routing/readable-headers.ts";

const SECRETS = ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-goog-api-key", "api-key", "txn-token"];

it("shows every header but credentials, whichever way it is read", () => {
  const shown = new Map([
    ["x-app", "billing"],
    ["x-team", ""],
  ]);
  const headers = new ReadableHeaders(new Map([...SECRETS.map((name) => [name, "secret"] as const), ...shown]));
  expect([...headers]).toEqual([...shown]);
  expect([...headers.entries()]).toEqual([...shown]);
  expect([...headers.keys()]).toEqual([...shown.keys()]);
  expect([...headers.values()]).toEqual([...shown.values()]);
  const visited: [string, string][] = [];
  headers.forEach((value, name) => visited.push([name, value]));
  expect(visited).toEqual([...shown]);
  expect(headers.size).toBe(2);
  expect([headers.get("x-app"), headers.get("x-none"), headers.has("x-team"), headers.has("x-none")]).toEqual([
    "billing",
    undefined,
    true,
    false,
  ]);
  for (const name of SECRETS) expect([headers.get(name), headers.has(name)]).toEqual([undefined, false]);
});
