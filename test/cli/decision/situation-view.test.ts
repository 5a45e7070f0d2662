import { describe, expect, it } from "vitest";
import { createMemoryHealth } from "../../../src/adapters/memory/health.ts";
import { ConcurrencyLimit } from "../../../src/core/health/concurrency-limit.ts";
import { IsolateHealth } from "../../../src/core/health/isolate-health.ts";
import { type Situation, situationSchema } from "../../../src/cli/decision/situation-file.ts";
import { createSituationView } from "../../../src/cli/decision/situation-view.ts";
import { failure } from "../../core/routing/routing-fixtures.ts";

const NOW = 1_795_428_000_000;
const OPENAI = "default/openai/gpt-4o-mini";
const POOL = "default/pool-a/llama";
const KEY = "default/openai#primary";

const viewOf = (situation: Situation) => createSituationView(situation, NOW);

/** A router that has seen a slow target, a broken one and a key that must wait. */
function troubledHealth() {
  const health = createMemoryHealth(new IsolateHealth("isolate-1", NOW - 60_000));
  for (let turn = 0; turn < 20; turn += 1) {
    const at = NOW - 3_000 + turn;
    const good = health.begin(OPENAI, KEY, at);
    good.content(at + 700);
    good.end({ kind: "ok", outputTokens: 100, durationMs: 2_000 }, at + 2_000, 0.5);
    health.begin(POOL, "default/pool-a#none", at).end({ kind: "failed", failure: failure("connection") }, at + 1, 0.5);
  }
  const throttled = failure("rate_limited", { retryAfterSeconds: 30 });
  health.begin(OPENAI, KEY, NOW - 1).end({ kind: "failed", failure: throttled }, NOW - 1, 0.5);
  health.begin(OPENAI, KEY, NOW - 1);
  return health;
}

describe("what a router answers under /admin/api/health", () => {
  it("is a situation as it stands", () => {
    const snapshot: unknown = JSON.parse(JSON.stringify({ ...troubledHealth().snapshot(NOW), alarms: [] }));
    expect(situationSchema.safeParse(snapshot)).toMatchObject({ success: true });
  });

  it("is seen as the router saw it", () => {
    const health = troubledHealth();
    const view = viewOf(situationSchema.parse(JSON.parse(JSON.stringify(health.snapshot(NOW)))));
    for (const id of [OPENAI, POOL, "default/never/seen"]) {
      expect(view.standing(id, NOW)).toBe(health.standing(id, NOW));
      expect(view.slowStart(id, NOW)).toBe(health.slowStart(id, NOW));
      expect(view.inFlight(id)).toBe(health.inFlight(id));
      expect(view.hasRoom(id, "batch")).toBe(health.hasRoom(id, "batch"));
      expect(view.loadMs(id, NOW)).toBeCloseTo(health.loadMs(id, NOW), 6);
      expect(view.tokensPerSecond(id)).toBe(health.tokensPerSecond(id));
      expect(view.ttftMs(id, 95, NOW)).toBe(health.ttftMs(id, 95, NOW));
      expect(view.blockedUntil(id, KEY, NOW)).toBe(health.blockedUntil(id, KEY, NOW));
    }
    expect(view.standing(POOL, NOW)).toBe("ejected");
    expect(view.blockedUntil(OPENAI, KEY, NOW)).toBeGreaterThan(NOW);
  });
});

it("leaves room as the router's own limit does", () => {
  const limit = new ConcurrencyLimit();
  for (const inFlight of [0, 40, 715, 716, 717, 1_023, 1_024, 1_025]) {
    const view = viewOf({ targets: { [POOL]: { inFlight } } });
    expect(view.hasRoom(POOL, "interactive")).toBe(limit.hasRoom(inFlight, "interactive"));
    expect(view.hasRoom(POOL, "batch")).toBe(limit.hasRoom(inFlight, "batch"));
  }
});

it("hands out one permit for a probe, and only to what is probed", () => {
  const view = viewOf({ targets: { [POOL]: { standing: "probing" } } });
  expect([POOL, POOL, OPENAI].map((id) => view.tryProbe(id, NOW, 0.5))).toEqual([true, false, false]);
});

it("takes a blocked credential for refused where it says so, or an alarm does", () => {
  const alarms = [{ kind: "credential_refused", subject: KEY }];
  const blocked = { [KEY]: { blockedForMs: 1_000 } };
  expect(viewOf({ credentials: blocked }).isRefused(KEY, NOW)).toBe(false);
  expect(viewOf({ credentials: blocked, alarms }).isRefused(KEY, NOW)).toBe(true);
  expect(viewOf({ credentials: { [KEY]: { blockedForMs: 1_000, refused: true } } }).isRefused(KEY, NOW)).toBe(true);
  expect(viewOf({ alarms }).isRefused(KEY, NOW)).toBe(false);
});

it("prefers what all isolates saw, and rounds a percentile up to one that is known", () => {
  const fleet = { p50Ms: 100, p90Ms: 300, p95Ms: 400, p99Ms: 900 };
  const view = viewOf({ targets: { [OPENAI]: { fleet, ttftP50Ms: 1 }, [POOL]: { ttftP50Ms: 7, ttftP95Ms: 70 } } });
  expect([50, 60, 92, 97, 99].map((percentile) => view.ttftMs(OPENAI, percentile, NOW))).toEqual([100, 300, 400, 900, 900]);
  expect([50, 90, 99].map((percentile) => view.ttftMs(POOL, percentile, NOW))).toEqual([7, 70, 70]);
  expect(view.ttftMs("default/never/seen", 50, NOW)).toBeNull();
});
