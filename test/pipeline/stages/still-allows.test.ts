import { expect, it } from "vitest";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import { type Kills, NO_KILLS } from "../../../src/core/routing/target-view.ts";
import { stillAllows } from "../../../src/pipeline/stages/resolve-policy.ts";
import { callerOf } from "../../core/routing/routing-fixtures.ts";

const policy = { stamp: "1.1-a" } as LinkedPolicy; // only its identity matters
const caller = callerOf({ tenant: "acme" });
const GROUNDS = { caller, target: "acme/openai/m", credential: "acme/openai#main", isStored: false };

function isAllowed(switchedOff: Partial<Record<keyof Kills, string>>, before: Kills = NO_KILLS): boolean {
  const sets = Object.entries(switchedOff).map(([kind, id]) => [kind, new Set([id])] as const);
  const kills: Kills = { ...NO_KILLS, ...Object.fromEntries(sets) };
  return stillAllows({ policy, kills: before, purgedAt: 0 }, { policy, kills, purgedAt: 0 }, GROUNDS);
}

it.each<Partial<Record<keyof Kills, string>>>([
  { targets: "acme/openai/m" },
  { credentials: "acme/openai#main" },
  { callers: "acme/app" },
  { callers: "4fGq81LmZt0x" },
  { models: "acme/chat" },
])("an answer is not given once what it rests on was switched off: %j", (switchedOff) => {
  expect(isAllowed(switchedOff)).toBe(false);
});

it.each<Partial<Record<keyof Kills, string>>>([
  { targets: "acme/openai/other" },
  { credentials: "acme/openai#spare" },
  { callers: "acme/others" },
  { callers: "zenith/app" },
  { models: "zenith/chat" },
  {},
])("an answer is given although something else was switched off meanwhile: %j", (switchedOff) => {
  expect(isAllowed(switchedOff)).toBe(true);
});

it("an answer is given by what was switched off before it was decided, and when that is switched on again", () => {
  const before: Kills = { ...NO_KILLS, models: new Set(["acme/chat"]) };
  expect([isAllowed({ models: "acme/chat" }, before), isAllowed({}, before)]).toEqual([true, true]);
});

it("an answer is not given once another policy serves the caller", () => {
  const other = { stamp: "1.2-b" } as LinkedPolicy;
  const before = { policy, kills: NO_KILLS, purgedAt: 0 };
  expect(stillAllows(before, { ...before, policy: other }, GROUNDS)).toBe(false);
});

it("an answer from the cache is not given once its tenant's were purged; upstream's is", () => {
  const before = { policy, kills: NO_KILLS, purgedAt: 0 };
  const now = { ...before, purgedAt: 1 };
  expect([true, false].map((isStored) => stillAllows(before, now, { ...GROUNDS, isStored }))).toEqual([false, true]);
});
