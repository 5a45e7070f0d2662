import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHubAnswer, decodeHubReport } from "../../../src/core/health/decode-hub-messages.ts";
import type { HubAnswer, HubReport } from "../../../src/core/health/hub-messages.ts";
import { runsOf } from "../../judges/runs.ts";

const REPORT: HubReport = {
  isolateId: "a",
  seq: 3,
  targets: [
    {
      targetId: "default/p/m",
      ok: 3,
      failed: 2,
      consecutiveFailures: 2,
      tripped: false,
      held: { id: 1_800_000_000_000, forMs: 9_999.5, round: 2, okInRow: 1, probeFailed: false },
      probe: { isWanted: true, usedGrant: 0, usedAgoMs: 0 },
      ttft: [3, 1, 9, 2],
    },
  ],
  throttles: [
    { targetId: "default/p/m", credentialId: "default/p#key", forMs: 1_000 },
    { targetId: null, credentialId: "default/p#key", forMs: 60_000 },
  ],
  credentials: [{ credentialId: "default/p#key", forMs: 30_000, round: 1 }],
};

const ANSWER: HubAnswer = {
  seq: 3,
  ejected: [{ targetId: "default/p/m", id: 7, forMs: 0, round: 1 }],
  readmitted: [{ targetId: "default/p/n", id: 6 }],
  grants: [{ targetId: "default/p/m", id: 9, afterMs: 0, untilMs: 2_000 }],
  throttled: [{ targetId: null, credentialId: "default/p#key", forMs: 1.5 }],
  credentials: [{ credentialId: "default/p#key", id: 5, forMs: 30_000, round: 1 }],
  figures: [{ targetId: "default/p/m", count: 3.2, p50Ms: 300, p90Ms: 400, p95Ms: 500, p99Ms: 600 }],
  failing: ["default/p"],
};

const DECODERS = [
  ["report", REPORT, decodeHubReport],
  ["answer", ANSWER, decodeHubAnswer],
] as const;

/** Every way to a member of a value: names and indices. */
function pathsOf(value: unknown): readonly (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [[], ...members.flatMap(([name, member]) => pathsOf(member).map((path) => [name, ...path]))];
}

/** A copy with one member replaced, or left out where the replacement is undefined. */
function withMember(value: unknown, [name, ...rest]: readonly (string | number)[], replacement: unknown): unknown {
  if (name === undefined) return replacement;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }; // paths come from the value itself
  Object.assign(copy, { [name]: withMember(Reflect.get(copy, name), rest, replacement) });
  return copy;
}

describe.each(DECODERS)("a hub's %s", (_, message, decode) => {
  it("is read as it was written, without what it does not know", () => {
    expect(decode(JSON.parse(JSON.stringify(message)))).toEqual(message);
    expect(decode({ ...message, more: 1 })).toEqual(message);
  });

  it("is refused when any member is missing or of another type", () => {
    for (const path of pathsOf(message)) {
      for (const wrong of [undefined, { a: 1 }, Number.NaN, -1, Number.POSITIVE_INFINITY, "", "x".repeat(601), true]) {
        const spoilt = withMember(message, path, wrong);
        const isFlag = typeof path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), message) === "boolean";
        if (wrong === true && isFlag) continue;
        expect(decode(spoilt), `${path.join(".")} = ${JSON.stringify(wrong)}`).toBeNull();
      }
    }
  });

  it("is refused, and nothing thrown, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer(), (garbage, choice) => {
        const paths = pathsOf(message);
        const path = paths[Math.abs(choice) % paths.length] ?? [];
        expect(decode(garbage)).toBeNull();
        decode(withMember(message, path, garbage));
      }),
      { numRuns: runsOf(2_000, 50_000) },
    );
  });

  it("is refused when a list is longer than any writer makes it", () => {
    for (const [name, list] of Object.entries(message)) {
      if (!Array.isArray(list)) continue;
      const filled = (length: number): unknown => ({ ...message, [name]: Array.from({ length }, () => list[0]) });
      expect(decode(filled(250))).not.toBeNull();
      expect(decode(filled(251))).toBeNull();
    }
  });
});
