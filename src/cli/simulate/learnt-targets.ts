import { isHit } from "../../core/cache/cache-state.ts";
import type { TargetView } from "../../core/routing/target-view.ts";
import type { TraceLine } from "../trace/trace-line.ts";

/** What a trace shows of one target. Milliseconds; null where no line tells. */
export interface LearntTarget {
  readonly answers: number;
  readonly ttftMs: readonly number[];
  /** Sorted. */
  readonly durationMs: readonly number[];
  readonly tokensPerSecond: number | null;
}

/** By `tenant/provider/model`. */
export type LearntTargets = ReadonlyMap<string, LearntTarget>;

/** Assumed where nothing is known, as the router does. */
const USUAL_LATENCY_MS = 1_000;

/** What the answers of a trace show of those who gave them; answers from memory and failures show nothing. */
export function learnTargets(lines: readonly TraceLine[]): LearntTargets {
  const answered = lines.filter(
    ({ cache, outcome, target }) => outcome === "ok" && (cache === undefined || !isHit(cache)) && target !== null,
  );
  const groups = Map.groupBy(answered, ({ target, tenant }) => `${tenant}/${target ?? ""}`);
  return new Map([...groups].map(([id, answers]) => [id, learn(answers)]));
}

function learn(answers: readonly TraceLine[]): LearntTarget {
  const speeds = answers.flatMap(({ durationMs, tokens }) =>
    durationMs && tokens && tokens.out > 0 ? [(tokens.out * 1_000) / durationMs] : [],
  );
  return {
    answers: answers.length,
    ttftMs: sorted(answers.map(({ ttftMs }) => ttftMs)),
    durationMs: sorted(answers.map(({ durationMs }) => durationMs)),
    tokensPerSecond: percentile(sorted(speeds), 50),
  };
}

/** The value that `share` percent of the values stay at or below; null of nothing. The values are sorted. */
export function percentile(values: readonly number[], share: number): number | null {
  return values[Math.max(0, Math.ceil((values.length * share) / 100) - 1)] ?? null;
}

/** Everybody well and idle, as quick as the trace shows them. Who is not in it counts as quick as the middle of those who are. */
export function createLearntView(learnt: LearntTargets): TargetView {
  const usual = percentile(sorted([...learnt.values()].map(usualMs)), 50) ?? USUAL_LATENCY_MS;
  return {
    standing: () => "ready",
    slowStart: () => 1,
    inFlight: () => 0,
    hasRoom: () => true,
    loadMs: (id) => {
      const target = learnt.get(id);
      return (target === undefined ? null : usualMs(target)) ?? usual;
    },
    tokensPerSecond: (id) => learnt.get(id)?.tokensPerSecond ?? null,
    ttftMs: (id, share) => percentile(learnt.get(id)?.ttftMs ?? [], share),
    blockedUntil: () => 0,
    isRefused: () => false,
    isFailing: () => false,
    tryProbe: () => false,
  };
}

function usualMs({ durationMs, ttftMs }: LearntTarget): number | null {
  return percentile(ttftMs, 50) ?? percentile(durationMs, 50);
}

function sorted(values: readonly (number | null | undefined)[]): readonly number[] {
  return values.filter((value) => typeof value === "number").toSorted((left, right) => left - right);
}
