import { expect } from "vitest";
import type { Failure, FailureClass } from "../../src/core/failure.ts";
import type { AttemptOutcome } from "../../src/core/health/outcome.ts";
import type { Health } from "../../src/ports/health.ts";
import { type Fact, itHolds } from "./facts.ts";

export type CreateHealth = () => Health;

const NOW = 1_800_000_000_000;
const ONE = "default/a/one";
const TWO = "default/b/two";
const KEY = "default/a#key";

/** What every health keeps. */
export function healthContract(create: CreateHealth): void {
  itHolds(healthFacts, create);
}

function failed(failureClass: FailureClass, retryAfterSeconds: number | null = null): AttemptOutcome {
  const failure: Failure = { class: failureClass, status: 500, message: "", param: null, code: null, retryAfterSeconds };
  return { kind: "failed", failure };
}

/** Attempts one after the other, a second each. */
function attempt(health: Health, target: string, outcomes: readonly AttemptOutcome[]): void {
  for (const [index, outcome] of outcomes.entries()) health.begin(target, KEY, NOW + index).end(outcome, NOW + index, 0.5);
}

const LATER = NOW + 100;
const five = (outcome: AttemptOutcome): readonly AttemptOutcome[] => Array.from({ length: 5 }, () => outcome);

export const healthFacts: readonly Fact<CreateHealth>[] = [
  {
    title: "takes what was never asked for ready",
    check: async (create) => {
      const health = create();
      expect(health.standing(ONE, NOW)).toBe("ready");
      expect(health.hasRoom(ONE, "interactive")).toBe(true);
      expect(health.blockedUntil(ONE, KEY, NOW)).toBe(0);
    },
  },
  {
    title: "takes a target out after five failures in a row, and no other",
    check: async (create) => {
      const health = create();
      attempt(health, ONE, five(failed("server_error")));
      expect([health.standing(ONE, LATER), health.standing(TWO, LATER)]).toEqual(["ejected", "ready"]);
    },
  },
  {
    title: "leaves a target in that fails now and then",
    check: async (create) => {
      const health = create();
      const ok = { kind: "ok", outputTokens: 1, durationMs: 10 } as const;
      attempt(health, ONE, [...five(failed("connection")).slice(1), ok, ...five(failed("connection")).slice(1)]);
      expect(health.standing(ONE, LATER)).toBe("ready");
    },
  },
  {
    title: "counts nothing against a target whose caller left, or whose caller is to blame",
    check: async (create) => {
      const health = create();
      attempt(health, ONE, [...five({ kind: "left" }), ...five(failed("invalid_request"))]);
      expect(health.standing(ONE, LATER)).toBe("ready");
    },
  },
  {
    title: "blocks a throttled credential at that target for as long as was asked, and ejects nobody",
    check: async (create) => {
      const health = create();
      attempt(health, ONE, five(failed("rate_limited", 20)));
      expect(health.standing(ONE, LATER)).toBe("ready");
      expect(health.blockedUntil(ONE, KEY, LATER)).toBeGreaterThanOrEqual(NOW + 20_000);
      expect(health.blockedUntil(TWO, KEY, LATER)).toBe(0);
      expect(health.isRefused(KEY, LATER)).toBe(false);
    },
  },
  {
    title: "takes a refused credential out everywhere, tells it once, and ejects nobody",
    check: async (create) => {
      const health = create();
      const first = health.begin(ONE, KEY, NOW).end(failed("auth"), NOW, 0.5);
      expect(first?.refusedCredential).toBe(KEY);
      expect(health.isRefused(KEY, LATER)).toBe(true);
      expect(health.blockedUntil(TWO, KEY, LATER)).toBeGreaterThan(LATER);
      expect([health.standing(ONE, LATER), health.standing(TWO, LATER)]).toEqual(["ready", "ready"]);
    },
  },
  {
    title: "counts what is in flight, once each",
    check: async (create) => {
      const health = create();
      const attempts = [health.begin(ONE, KEY, NOW), health.begin(ONE, KEY, NOW)];
      expect([health.inFlight(ONE), health.inFlight(TWO)]).toEqual([2, 0]);
      for (const each of attempts) each.end({ kind: "left" }, LATER, 0.5);
      attempts[0]?.end({ kind: "left" }, LATER, 0.5);
      expect(health.inFlight(ONE)).toBe(0);
    },
  },
  {
    title: "finds a target that is slow dearer than one that is fast",
    check: async (create) => {
      const health = create();
      for (const [target, ms] of [
        [ONE, 50],
        [TWO, 5_000],
      ] as const) {
        const each = health.begin(target, KEY, NOW);
        each.content(NOW + ms);
        each.end({ kind: "ok", outputTokens: 10, durationMs: ms }, NOW + ms, 0.5);
      }
      expect(health.loadMs(ONE, NOW + 5_000)).toBeLessThan(health.loadMs(TWO, NOW + 5_000));
    },
  },
];
