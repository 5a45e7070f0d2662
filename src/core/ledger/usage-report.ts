import { isRecord } from "../json/is-record.ts";
import { findZoneClock, type ZoneClock } from "../expression/zone-clock.ts";
import type { Usage } from "../usage.ts";
import type { LedgerRow } from "./book-store.ts";
import { type AttemptFacts, readRowFacts, type RowFacts, startOf } from "./row-facts.ts";

/** What usage is told apart by; `tag:NAME` is one of the caller's tags. */
export const DIMENSIONS = ["key", "consumer", "model", "provider", "target", "route", "operation", "state", "day"] as const;
export type Dimension = (typeof DIMENSIONS)[number] | `tag:${string}`;

const TAG = "tag:";

/** What was used by requests that came in from `from` on and before `to`. Epoch milliseconds. */
export interface UsageQuery {
  readonly from: number;
  readonly to: number;
  readonly by: readonly Dimension[];
  /** Days are those of this time zone. */
  readonly timeZone: string;
}

/** Sums over requests and their attempts. Money in micro-USD, as far as prices are known. */
export const TOTALS = [
  "requests",
  /** Of these, by how they ended. */
  "failed",
  "left",
  "cached",
  "refused",
  "expired",
  "corrected",
  "copies",
  "attempts",
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "audioInputTokens",
  "imageInputTokens",
  "audioOutputTokens",
  "imageOutputTokens",
  "costMicroUsd",
  /** Of tokens and cost, what we have counted because nobody reported it. */
  "estimatedTokens",
  "estimatedCostMicroUsd",
  /** Of tokens and cost, what attempts used whose answer nobody got. */
  "abandonedTokens",
  "abandonedCostMicroUsd",
  /** Of tokens and cost, what no account was charged: refused after they were sent, and copies. */
  "unchargedTokens",
  "unchargedCostMicroUsd",
  /** Used at models without a price, and so in no cost. */
  "unpricedAttempts",
  "unpricedTokens",
  /** Reported beyond what was believed. */
  "disbelievedTokens",
  /** What answers from the cache were charged, which cost nothing upstream; and what of their originals was not spent again. */
  "cachedChargedTokens",
  "cachedChargedMicroUsd",
  "savedTokens",
  "savedMicroUsd",
  "savedMs",
] as const;

export type UsageTotals = Readonly<Record<(typeof TOTALS)[number], number>>;
type Sums = Record<(typeof TOTALS)[number], number>;

export interface UsageGroup {
  /** A value for each dimension, in their order; empty where it has none. */
  readonly group: readonly string[];
  readonly totals: UsageTotals;
}

/** More would be a list of requests. */
export const MOST_GROUPS = 10_000;

/** A query that cannot be answered. `field` is the member at fault. */
export class UsageQueryError extends Error {
  readonly field: "by" | "timeZone";

  constructor(field: "by" | "timeZone", message: string) {
    super(message);
    this.field = field;
  }
}

/** `key,day` as dimensions; null where one of them is none, or there are more than three. */
export function readDimensions(text: string): readonly Dimension[] | null {
  const names = text.split(",");
  const dimensions = names.filter((name): name is Dimension => {
    return DIMENSIONS.some((known) => known === name) || (name.startsWith(TAG) && name.length > TAG.length);
  });
  return dimensions.length === names.length && names.length <= 3 && new Set(names).size === names.length ? dimensions : null;
}

/** Adds rows, or other reports, up. @throws UsageQueryError for a time zone that there is not */
export class UsageReport {
  readonly #by: readonly Dimension[];
  readonly #clock: ZoneClock;
  readonly #groups = new Map<string, { readonly group: readonly string[]; readonly sums: Sums }>();

  constructor({ by, timeZone }: Pick<UsageQuery, "by" | "timeZone">) {
    const clock = findZoneClock(timeZone);
    if (clock === null) throw new UsageQueryError("timeZone", `There is no time zone '${timeZone}'.`);
    this.#by = by;
    this.#clock = clock;
  }

  /** Sorted by their values. */
  get groups(): readonly UsageGroup[] {
    return [...this.#groups]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, { group, sums }]) => ({ group, totals: sums }));
  }

  /** A request counts once in each group that one of its attempts belongs to. */
  add(row: LedgerRow): void {
    const facts = readRowFacts(row.facts);
    if (isVoid(row, facts)) return;
    const counted = new Set<Sums>();
    for (const line of linesOf(row, facts)) {
      const sums = this.#sums(this.#by.map((dimension) => valueOf(dimension, { row, facts, line, clock: this.#clock })));
      if (!counted.has(sums)) countRequest(sums, row, facts);
      counted.add(sums);
      if (line !== null) countLine(sums, line, row.state === "refused" || facts.isCopy);
    }
  }

  merge(groups: readonly UsageGroup[]): void {
    for (const { group, totals } of groups) {
      const sums = this.#sums(group);
      for (const name of TOTALS) sums[name] += totals[name];
    }
  }

  #sums(group: readonly string[]): Sums {
    const key = JSON.stringify(group);
    const known = this.#groups.get(key);
    if (known !== undefined) return known.sums;
    if (this.#groups.size >= MOST_GROUPS)
      throw new UsageQueryError("by", `There are more than ${MOST_GROUPS} groups: ask for fewer days, or by less.`);
    const sums = Object.fromEntries(TOTALS.map((name) => [name, 0])) as Sums; // every name is there
    this.#groups.set(key, { group, sums });
    return sums;
  }
}

/** Nothing was sent, answered or charged: what was admitted found no target, or was refused before it was sent. */
function isVoid({ entries, facts, state }: LedgerRow, { attempts, outcome }: RowFacts): boolean {
  if (attempts.length > 0 || outcome !== "") return false;
  const isUnsent = isRecord(facts) && Array.isArray(facts["attempts"]) && facts["attempts"].length === 0;
  return (state === "refused" || (state === "settled" && isUnsent)) && entries.every(({ amount }) => amount === 0);
}

interface Placed {
  readonly row: LedgerRow;
  readonly facts: RowFacts;
  readonly line: AttemptFacts | null;
  readonly clock: ZoneClock;
}

const VALUES: Readonly<Record<(typeof DIMENSIONS)[number], (placed: Placed) => string>> = {
  key: ({ facts }) => facts.keyId,
  consumer: ({ facts }) => facts.consumer,
  model: ({ facts }) => facts.model,
  provider: ({ line }) => line?.target.split("/", 1)[0] ?? "",
  target: ({ line }) => line?.target ?? "",
  route: ({ facts }) => facts.route,
  operation: ({ facts }) => facts.operation,
  state: ({ row }) => row.state,
  day: ({ clock, row }) => dayOf(startOf(row), clock),
};

function valueOf(dimension: Dimension, placed: Placed): string {
  if (!isTag(dimension)) return VALUES[dimension](placed);
  const { tags } = placed.facts;
  const name = dimension.slice(TAG.length);
  // Whoever asks chooses the name: every object has a `constructor`.
  return Object.hasOwn(tags, name) ? (tags[name] ?? "") : "";
}

function isTag(dimension: Dimension): dimension is `tag:${string}` {
  return dimension.startsWith(TAG);
}

function dayOf(instant: number, clock: ZoneClock): string {
  return new Date(instant + clock.offsetMs(instant)).toISOString().slice(0, "2026-11-22".length);
}

/** The attempts of a row; of one whose end nobody told, what it is charged; null where nothing was asked. */
function linesOf({ state }: LedgerRow, { attempts, floor }: RowFacts): readonly (AttemptFacts | null)[] {
  if (attempts.length > 0) return attempts;
  if (state !== "expired" || floor === null) return [null];
  const usage = {
    inputTokens: floor.inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };
  return [{ target: "", outcome: "", usage: { ...usage, estimated: true }, costMicroUsd: floor.costMicroUsd, claimed: null }];
}

function countRequest(sums: Sums, { state }: LedgerRow, { cache, hit, isCopy, outcome }: RowFacts): void {
  sums[isCopy ? "copies" : "requests"] += 1;
  if (outcome === "failed") sums.failed += 1;
  if (outcome === "client_left") sums.left += 1;
  if (cache.startsWith("hit")) sums.cached += 1;
  if (state !== "settled") sums[state] += 1;
  if (hit === null) return;
  sums.cachedChargedTokens += hit.chargedTokens;
  sums.cachedChargedMicroUsd += hit.chargedMicroUsd;
  sums.savedTokens += hit.savedTokens;
  sums.savedMicroUsd += hit.savedMicroUsd;
  sums.savedMs += hit.savedMs;
}

function countLine(sums: Sums, { claimed, costMicroUsd, outcome, target, usage }: AttemptFacts, isUncharged: boolean): void {
  if (target !== "") sums.attempts += 1;
  if (usage === null) return;
  const tokens = usage.inputTokens + usage.outputTokens;
  const cost = costMicroUsd ?? 0;
  countTokens(sums, usage);
  sums.costMicroUsd += cost;
  if (usage.estimated) addBoth(sums, "estimated", { tokens, cost });
  if (outcome !== "ok" && target !== "") addBoth(sums, "abandoned", { tokens, cost });
  if (isUncharged) addBoth(sums, "uncharged", { tokens, cost });
  if (costMicroUsd === null && tokens > 0) {
    sums.unpricedAttempts += 1;
    sums.unpricedTokens += tokens;
  }
  if (claimed !== null) sums.disbelievedTokens += Math.max(0, claimed.inputTokens + claimed.outputTokens - tokens);
}

function countTokens(sums: Sums, usage: Usage): void {
  sums.inputTokens += usage.inputTokens;
  sums.cachedInputTokens += usage.cachedInputTokens;
  sums.cacheWriteTokens += usage.cacheWriteTokens;
  sums.outputTokens += usage.outputTokens;
  sums.reasoningTokens += usage.reasoningTokens;
  sums.audioInputTokens += usage.audioInputTokens ?? 0;
  sums.imageInputTokens += usage.imageInputTokens ?? 0;
  sums.audioOutputTokens += usage.audioOutputTokens ?? 0;
  sums.imageOutputTokens += usage.imageOutputTokens ?? 0;
}

function addBoth(
  sums: Sums,
  part: "estimated" | "abandoned" | "uncharged",
  { cost, tokens }: { readonly tokens: number; readonly cost: number },
): void {
  sums[`${part}Tokens`] += tokens;
  sums[`${part}CostMicroUsd`] += cost;
}
