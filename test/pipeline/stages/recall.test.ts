import { expect, it } from "vitest";
import { createMemoryResponseCache } from "../../../src/adapters/memory/response-cache.ts";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import type { Preferences } from "../../../src/core/routing/preferences.ts";
import { compileCache } from "../../../src/core/policy/compile-cache.ts";
import { readPreferences } from "../../../src/core/routing/preferences.ts";
import type { DecodedRequest } from "../../../src/dialects/dialect.ts";
import { recall } from "../../../src/pipeline/stages/recall.ts";
import { callerOf, groupOf, routeOf, target } from "../../core/routing/routing-fixtures.ts";

const NOW = 1_800_000_000_000;
const caller = callerOf({ tenant: "acme" });
// What a request is told apart by; the rest of both does not matter here.
const asked = {
  surface: "openai-chat",
  operation: "chat",
  model: "chat",
  stream: false,
  headers: null,
  text: "{}",
} as DecodedRequest;
const policy = { stamp: "1.1-a" } as LinkedPolicy;

function prefer(value: object): Preferences {
  const read = readPreferences(JSON.stringify(value));
  return read.kind === "read" ? read.preferences : expect.unreachable();
}

interface Wished {
  readonly preferences: Preferences | null;
  readonly id?: string;
  readonly lets?: boolean;
}

/** Whether the second of two requests with one body is answered by the first's answer. */
async function shares(first: Wished, second: Wished): Promise<boolean> {
  const cache = createMemoryResponseCache();
  const ask = ({ id = "acme/chat/one", lets = true, preferences }: Wished) => {
    const route = {
      ...routeOf([groupOf([target("a/one")])]),
      id,
      cache: compileCache({ exact: { ttl: "60s" } }),
      callerPreferences: lets,
    };
    return recall({ access: null, asked, caller, policy, preferences, route, wish: null, now: NOW }, cache);
  };
  const missed = await ask(first);
  if (missed.kind !== "miss") return expect.unreachable();
  await cache.put(missed.slot.key, { body: "{}", target: "a/one", usage: null, warnings: null } as never, NOW + 60_000);
  return (await ask(second)).kind === "hit";
}

const NONE = { preferences: null };

it("an answer is given again to the same request", async () => {
  expect(await shares(NONE, NONE)).toBe(true);
});

it("an answer by one rule is not given where another rule decides", async () => {
  expect(await shares(NONE, { ...NONE, id: "acme/chat/eu" })).toBe(false);
});

it("an answer is not given to who prefers other targets, where the rule lets callers prefer", async () => {
  const wished = { preferences: prefer({ only: ["anthropic"] }) };
  expect(await shares(NONE, wished)).toBe(false);
  expect(await shares({ ...NONE, lets: false }, { ...wished, lets: false })).toBe(true);
});
