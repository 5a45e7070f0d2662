import { expect } from "vitest";
import type { UsageEvent, UsageSink } from "../../src/ports/usage-sink.ts";
import { type Fact, itHolds } from "./facts.ts";
import { usageEvent } from "./usage-event.ts";

/** Subjects may share one store: the facts use tenants of their own. */
export type CreateUsageSink = () => UsageSink;

/** What every usage sink keeps. */
export function usageSinkContract(create: CreateUsageSink): void {
  itHolds(usageSinkFacts, create);
}

export const usageSinkFacts: readonly Fact<CreateUsageSink>[] = [
  {
    title: "gives back events whole, the newest first",
    check: async (create) => {
      const { record, recent } = open(create);
      const [first, second] = [
        record("first", { costMicroUsd: null, usage: null }),
        record("second", { target: null, failure: "stream_cut" }),
      ];
      expect(await recent(10)).toEqual([second, first]);
    },
  },
  {
    title: "shows an event at once, before the deferred work is done",
    check: async (create) => {
      const { record, recent } = open(create);
      record("first");
      expect(await recent(10)).toHaveLength(1);
      record("second");
      expect(await recent(10)).toHaveLength(2);
    },
  },
  {
    title: "shows an event once, also after the deferred work is done",
    check: async (create) => {
      const { record, recent, settleDeferred } = open(create);
      record("first");
      await recent(10);
      record("second");
      await settleDeferred();
      expect(idsOf(await recent(10))).toEqual(["second", "first"]);
    },
  },
  {
    title: "gives no more than asked for",
    check: async (create) => {
      const { record, recent } = open(create);
      for (const id of ["1", "2", "3"]) record(id);
      expect(idsOf(await recent(2))).toEqual(["3", "2"]);
      expect(await recent(0)).toEqual([]);
    },
  },
  {
    title: "keeps tenants apart",
    check: async (create) => {
      const { record, recent, sink } = open(create);
      record("mine");
      const other = crypto.randomUUID();
      sink.record(usageEvent({ requestId: "theirs", tenant: other }), () => {});
      expect(idsOf(await recent(10))).toEqual(["mine"]);
      expect(idsOf(await sink.recent(other, 10))).toEqual(["theirs"]);
      expect(await sink.recent(crypto.randomUUID(), 10)).toEqual([]);
    },
  },
];

interface OpenSink {
  readonly sink: UsageSink;
  readonly record: (requestId: string, differences?: Partial<UsageEvent>) => UsageEvent;
  readonly recent: (limit: number) => Promise<readonly UsageEvent[]>;
  readonly settleDeferred: () => Promise<void>;
}

/** A sink and a tenant that nobody else uses. */
function open(create: CreateUsageSink): OpenSink {
  const sink = create();
  const tenant = crypto.randomUUID();
  const deferred: Promise<unknown>[] = [];
  return {
    sink,
    record: (requestId, differences = {}) => {
      const event = usageEvent({ requestId, tenant, ...differences });
      sink.record(event, (work) => deferred.push(work));
      return event;
    },
    recent: (limit) => sink.recent(tenant, limit),
    settleDeferred: async () => {
      await Promise.all(deferred);
    },
  };
}

function idsOf(events: readonly UsageEvent[]): readonly string[] {
  return events.map(({ requestId }) => requestId);
}
