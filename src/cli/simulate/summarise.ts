import type { ErrorCode } from "../../core/errors.ts";
import { type Comparison, describe, isChanged, isDecided, type Replayed } from "./compare.ts";
import { type LearntTargets, percentile } from "./learnt-targets.ts";
import type { Simulated } from "./simulate-line.ts";

/** A figure under both policies. */
export interface BeforeAfter<Value> {
  readonly before: Value;
  readonly after: Value;
}

export interface ShareRow extends BeforeAfter<number> {
  readonly route: string;
  readonly target: string;
}

export interface RefusalRow extends BeforeAfter<number> {
  readonly code: ErrorCode;
}

/** A sum over the requests for which it is known, and for how many it is not. */
export interface Known {
  readonly sum: number;
  readonly unknown: number;
}

export interface ChangeGroup {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly costMicroUsd: BeforeAfter<Known>;
  /** A few of them, by id. */
  readonly examples: readonly string[];
}

export interface OpenRow {
  readonly rule: string;
  readonly lacking: readonly string[];
  readonly requests: number;
}

/** What a changed policy would have done otherwise. Counts are of requests that the trace decides under both. */
export interface SimulationSummary {
  readonly requests: number;
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly decided: number;
  readonly changed: number;
  readonly shares: readonly ShareRow[];
  readonly refusals: readonly RefusalRow[];
  readonly costMicroUsd: BeforeAfter<Known>;
  /** The usual time of an answer, averaged over requests; null where no target of theirs is in the trace. */
  readonly answerMs: BeforeAfter<number | null>;
  /** Targets that would be asked and are not in the trace, and by how many requests. */
  readonly neverSeen: readonly { readonly target: string; readonly requests: number }[];
  readonly changes: readonly ChangeGroup[];
  readonly open: readonly OpenRow[];
}

const EXAMPLES = 3;

/** What the replay comes to. */
export function summarise({ learnt, replayed }: Comparison): SimulationSummary {
  const decided = replayed.filter(isDecided);
  const changed = decided.filter(isChanged);
  const times = replayed.map(({ line }) => line.at).toSorted();
  return {
    requests: replayed.length,
    from: times[0] ?? "",
    to: times.at(-1) ?? "",
    decided: decided.length,
    changed: changed.length,
    shares: shareRows(decided),
    refusals: refusalRows(decided),
    costMicroUsd: costs(decided),
    answerMs: { before: answerMs(decided, "before", learnt), after: answerMs(decided, "after", learnt) },
    neverSeen: neverSeen(decided, learnt),
    changes: changeGroups(changed),
    open: openRows(replayed),
  };
}

type When = "before" | "after";

function shareRows(decided: readonly Replayed[]): readonly ShareRow[] {
  const rows = new Map<string, ShareRow>();
  for (const replayed of decided) {
    for (const when of ["before", "after"] as const) {
      const simulated = replayed[when];
      if (simulated.kind !== "asks" && simulated.kind !== "cached") continue;
      const key = describe(simulated);
      const target = simulated.kind === "asks" ? simulated.target : "answered from memory";
      const row = rows.get(key) ?? { route: simulated.route, target, before: 0, after: 0 };
      rows.set(key, { ...row, [when]: row[when] + 1 });
    }
  }
  return [...rows].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function refusalRows(decided: readonly Replayed[]): readonly RefusalRow[] {
  const rows = new Map<ErrorCode, RefusalRow>();
  for (const replayed of decided) {
    for (const when of ["before", "after"] as const) {
      const simulated = replayed[when];
      if (simulated.kind !== "refused") continue;
      const row = rows.get(simulated.code) ?? { code: simulated.code, before: 0, after: 0 };
      rows.set(simulated.code, { ...row, [when]: row[when] + 1 });
    }
  }
  return [...rows.values()];
}

function costs(replayed: readonly Replayed[]): BeforeAfter<Known> {
  return { before: costOf(replayed, "before"), after: costOf(replayed, "after") };
}

/** What is answered from memory or refused costs nothing. */
function costOf(replayed: readonly Replayed[], when: When): Known {
  let sum = 0;
  let unknown = 0;
  for (const { [when]: simulated } of replayed) {
    if (simulated.kind !== "asks") continue;
    if (simulated.costMicroUsd === null) unknown += 1;
    else sum += simulated.costMicroUsd;
  }
  return { sum, unknown };
}

function answerMs(replayed: readonly Replayed[], when: When, learnt: LearntTargets): number | null {
  const usual = replayed.flatMap(({ line, [when]: simulated }) => {
    const known = simulated.kind === "asks" ? learnt.get(`${line.tenant}/${simulated.target}`) : undefined;
    return percentile(known?.durationMs ?? [], 50) ?? [];
  });
  return usual.length === 0 ? null : usual.reduce((sum, ms) => sum + ms, 0) / usual.length;
}

function neverSeen(decided: readonly Replayed[], learnt: LearntTargets): SimulationSummary["neverSeen"] {
  const counts = new Map<string, number>();
  for (const { after, line } of decided) {
    if (after.kind !== "asks" || learnt.has(`${line.tenant}/${after.target}`)) continue;
    counts.set(after.target, (counts.get(after.target) ?? 0) + 1);
  }
  return [...counts].map(([target, requests]) => ({ target, requests })).toSorted(byRequests);
}

function changeGroups(changed: readonly Replayed[]): readonly ChangeGroup[] {
  const groups = Map.groupBy(changed, ({ after, before }) => `${describe(before)}\n${describe(after)}`);
  return [...groups.values()]
    .flatMap((group): readonly ChangeGroup[] => {
      const [first] = group;
      if (first === undefined) return [];
      return [
        {
          from: describe(first.before),
          to: describe(first.after),
          requests: group.length,
          costMicroUsd: costs(group),
          examples: group.slice(0, EXAMPLES).map(({ line }) => line.id),
        },
      ];
    })
    .toSorted(byRequests);
}

function openRows(replayed: readonly Replayed[]): readonly OpenRow[] {
  const rows = new Map<string, OpenRow>();
  for (const { after, before } of replayed) {
    const open = [before, after].find(
      (simulated): simulated is Extract<Simulated, { kind: "open" }> => simulated.kind === "open",
    );
    if (open === undefined) continue;
    const lacking = open.lacking.toSorted();
    const key = `${open.rule} ${lacking.join(" ")}`;
    rows.set(key, { rule: open.rule, lacking, requests: (rows.get(key)?.requests ?? 0) + 1 });
  }
  return [...rows.values()].toSorted(byRequests);
}

function byRequests(left: { readonly requests: number }, right: { readonly requests: number }): number {
  return right.requests - left.requests;
}
