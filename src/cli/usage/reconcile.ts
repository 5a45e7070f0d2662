import { count, renderTable, usd } from "./render-usage.ts";
import type { ProviderTotal } from "./read-provider-totals.ts";
import type { PrintedGroup } from "./usage-group.ts";

/** One model on one day: what its provider says, what our rows say, and what may make the difference. */
export interface Reconciled {
  readonly day: string;
  readonly model: string;
  readonly theirs: Sums;
  readonly ours: Sums;
  /** Theirs less ours. */
  readonly difference: Sums;
  readonly because: readonly string[];
}

interface Sums {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
}

const NOTHING: Sums = { inputTokens: 0, outputTokens: 0, costMicroUsd: 0 };

/**
 * Compares a provider's totals with groups by target and day. Models are named as the provider names them, so targets of other
 * providers are left out. Sorted by day and model.
 */
export function reconcile(
  provider: string,
  totals: readonly ProviderTotal[],
  groups: readonly PrintedGroup[],
): readonly Reconciled[] {
  const theirs = Map.groupBy(totals, ({ day, model }) => `${day} ${model}`);
  const ours = Map.groupBy(
    groups.filter(({ group }) => group["target"]?.startsWith(`${provider}/`)),
    ({ group }) => `${group["day"]} ${group["target"]?.slice(provider.length + 1)}`,
  );
  return [...new Set([...theirs.keys(), ...ours.keys()])]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .map((place) => {
      const [day = ""] = place.split(" ", 1);
      const [said, kept] = [theirs.get(place) ?? [], ours.get(place) ?? []];
      const [their, our] = [add(said), add(kept)];
      const difference = subtract(their, our);
      const because = isNothing(difference) ? [] : explain(kept, said.length === 0);
      return { day, model: place.slice(day.length + 1), theirs: their, ours: our, difference, because };
    });
}

/** What our rows know of that a provider counts otherwise, or that we count otherwise than the provider. */
function explain(groups: readonly PrintedGroup[], isUnknownThere: boolean): readonly string[] {
  if (groups.length === 0) return ["none of our requests: another client of the account, or rows older than 40 days"];
  const sum = (name: "estimatedTokens" | "abandonedTokens" | "unchargedTokens" | "unpricedTokens" | "disbelievedTokens") =>
    groups.reduce((total, group) => total + group[name], 0);
  return [
    ...(isUnknownThere ? ["not in the provider's totals"] : []),
    ...note(sum("estimatedTokens"), "tokens counted by us, nobody reported them"),
    ...note(sum("abandonedTokens"), "tokens of them of attempts whose answer nobody got: their output is not known"),
    ...note(sum("unchargedTokens"), "tokens that no account was charged: refused requests and copies"),
    ...note(sum("disbelievedTokens"), "tokens reported and not believed"),
    ...note(sum("unpricedTokens"), "tokens without a price here"),
  ];
}

function note(amount: number, what: string): readonly string[] {
  return amount === 0 ? [] : [`${count(amount)} ${what}`];
}

function add(parts: readonly Sums[]): Sums {
  return parts.reduce(
    (sum, part) => ({
      inputTokens: sum.inputTokens + part.inputTokens,
      outputTokens: sum.outputTokens + part.outputTokens,
      costMicroUsd: sum.costMicroUsd + part.costMicroUsd,
    }),
    NOTHING,
  );
}

function subtract(left: Sums, right: Sums): Sums {
  return {
    inputTokens: left.inputTokens - right.inputTokens,
    outputTokens: left.outputTokens - right.outputTokens,
    costMicroUsd: left.costMicroUsd - right.costMicroUsd,
  };
}

export function isNothing({ costMicroUsd, inputTokens, outputTokens }: Sums): boolean {
  return costMicroUsd === 0 && inputTokens === 0 && outputTokens === 0;
}

/** Requests of which nobody told the end: whom they asked is not known, so they stand in no line. Null where there are none. */
export function describeExpired(groups: readonly PrintedGroup[]): string | null {
  const lost = groups.filter(({ expired, group }) => expired > 0 && group["target"] === "");
  if (lost.length === 0) return null;
  const requests = lost.reduce((sum, { expired }) => sum + expired, 0);
  const cost = lost.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
  return `${count(requests)} requests expired, charged $${usd(cost)}: whom they asked is not known.`;
}

/** A table of all, and below it what may explain each difference. */
export function renderReconciled(reconciled: readonly Reconciled[]): string {
  const head = [
    "day",
    "model",
    "input theirs",
    "ours",
    "difference",
    "output theirs",
    "ours",
    "difference",
    "USD theirs",
    "ours",
    "difference",
  ];
  const lines = reconciled.map(({ day, difference, model, ours, theirs }) => [
    day,
    model,
    ...[theirs.inputTokens, ours.inputTokens, difference.inputTokens].map(count),
    ...[theirs.outputTokens, ours.outputTokens, difference.outputTokens].map(count),
    ...[theirs.costMicroUsd, ours.costMicroUsd, difference.costMicroUsd].map(usd),
  ]);
  const notes = reconciled
    .filter(({ difference }) => !isNothing(difference))
    .map(
      ({ because, day, model }) => `${day} ${model}: ${because.length === 0 ? "nothing here explains it" : because.join("; ")}`,
    );
  return [renderTable([head, ...lines], 2), ...notes].join("\n");
}
