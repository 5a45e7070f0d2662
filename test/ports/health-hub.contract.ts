import { expect } from "vitest";
import type { HubAnswer, HubReport } from "../../src/core/health/hub-messages.ts";
import type { HealthHub } from "../../src/ports/health-hub.ts";
import { hubReport, targetReport } from "../core/health/health-reports.ts";
import { type Fact, itHolds } from "./facts.ts";

/** What the hub answers to a report. */
async function ask(hub: HealthHub, report: HubReport): Promise<HubAnswer> {
  const { health } = await hub.sync({ report, revision: -1, keys: -1 });
  if (health === null) throw new Error("The hub answered nothing to a report.");
  return health;
}

/** Subjects may share one hub: the facts use ids of their own. */
export type CreateHealthHub = () => HealthHub;

/** What every health hub keeps. */
export function healthHubContract(create: CreateHealthHub): void {
  itHolds(healthHubFacts, create);
}

export const healthHubFacts: readonly Fact<CreateHealthHub>[] = [
  {
    title: "says what administrators decided until the isolate follows it, with a report or without",
    check: async (create) => {
      const hub = create();
      const { control, health } = await hub.sync({ report: null, revision: -1, keys: -1 });
      expect([control?.kills, health]).toEqual([[], null]);
      expect((await hub.sync({ report: null, revision: control?.revision ?? -1, keys: -1 })).control).toBeNull();
    },
  },
  {
    title: "answers to the report that was sent",
    check: async (create) => {
      const hub = create();
      const { first, other } = freshIds();
      expect((await ask(hub, hubReport({ isolateId: first, seq: 1 }))).seq).toBe(1);
      expect((await ask(hub, hubReport({ isolateId: first, seq: 2 }))).seq).toBe(2);
      expect((await ask(hub, hubReport({ isolateId: other, seq: 7 }))).seq).toBe(7);
    },
  },
  {
    title: "tells every isolate what one has ejected, for eight to twelve seconds",
    check: async (create) => {
      const hub = create();
      const { first, other, targetId } = freshIds();
      expect(ejectedIds(await ask(hub, hubReport({ isolateId: other, seq: 1 })))).not.toContain(targetId);
      await ask(hub, tripOf(first, targetId));
      const { ejected } = await ask(hub, hubReport({ isolateId: other, seq: 2 }));
      const ejection = ejected.find((notice) => notice.targetId === targetId);
      expect(ejection).toMatchObject({ round: 1 });
      expect(ejection?.forMs).toBeGreaterThan(6_000);
      expect(ejection?.forMs).toBeLessThanOrEqual(12_000);
    },
  },
  {
    title: "believes many good answers more than one isolate's failures",
    check: async (create) => {
      const hub = create();
      const { first, other, targetId } = freshIds();
      await ask(hub, hubReport({ isolateId: other, seq: 1, targets: [targetReport({ targetId, ok: 10 })] }));
      expect(ejectedIds(await ask(hub, tripOf(first, targetId)))).not.toContain(targetId);
    },
  },
  {
    title: "gives nobody a probe of a target that is still ejected",
    check: async (create) => {
      const hub = create();
      const { first, other, targetId } = freshIds();
      await ask(hub, tripOf(first, targetId));
      const probe = { isWanted: true, usedGrant: 0, usedAgoMs: 0 };
      const asking = hubReport({ isolateId: other, seq: 1, targets: [targetReport({ targetId, probe })] });
      expect((await ask(hub, asking)).grants).toEqual([]);
    },
  },
  {
    title: "tells of pauses and refused credentials, and holds neither against a target",
    check: async (create) => {
      const hub = create();
      const { credentialId, first, other, targetId } = freshIds();
      const report = hubReport({
        isolateId: first,
        seq: 1,
        throttles: [{ targetId, credentialId, forMs: 20_000 }],
        credentials: [{ credentialId, forMs: 30_000, round: 1 }],
      });
      await ask(hub, report);
      const answer = await ask(hub, hubReport({ isolateId: other, seq: 1 }));
      const pause = answer.throttled.find((notice) => notice.credentialId === credentialId);
      expect(pause).toMatchObject({ targetId });
      expect(pause?.forMs).toBeGreaterThan(15_000);
      expect(pause?.forMs).toBeLessThanOrEqual(20_000);
      const refusal = answer.credentials.find((notice) => notice.credentialId === credentialId);
      expect(refusal).toMatchObject({ round: 1 });
      expect(refusal?.forMs).toBeGreaterThan(25_000);
      expect(ejectedIds(answer)).not.toContain(targetId);
    },
  },
  {
    title: "adds up what isolates measured, and counts a report that comes twice once",
    check: async (create) => {
      const hub = create();
      const { first, other, targetId } = freshIds();
      const measured = (isolateId: string): HubReport =>
        hubReport({ isolateId, seq: 1, targets: [targetReport({ targetId, ok: 4, ttft: [30, 4] })] });
      await ask(hub, measured(first));
      await ask(hub, measured(first));
      const { figures } = await ask(hub, measured(other));
      const known = figures.find((notice) => notice.targetId === targetId);
      expect(Math.round(known?.count ?? 0)).toBe(8);
      expect(known?.p50Ms).toBeGreaterThan(1_700);
      expect(known?.p99Ms).toBeLessThan(2_100);
    },
  },
];

function freshIds(): {
  readonly first: string;
  readonly other: string;
  readonly targetId: string;
  readonly credentialId: string;
} {
  const provider = `default/${crypto.randomUUID()}`;
  return {
    first: crypto.randomUUID(),
    other: crypto.randomUUID(),
    targetId: `${provider}/model`,
    credentialId: `${provider}#key`,
  };
}

function tripOf(isolateId: string, targetId: string): HubReport {
  return hubReport({ isolateId, seq: 1, targets: [targetReport({ targetId, failed: 5, tripped: true })] });
}

function ejectedIds({ ejected }: { readonly ejected: readonly { readonly targetId: string }[] }): readonly string[] {
  return ejected.map(({ targetId }) => targetId);
}
