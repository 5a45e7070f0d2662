import { isTooDear } from "../routing/preferences.ts";
import type { Price } from "../usage.ts";
import { compileGroup, type Providers, type WrittenTarget } from "./compile-groups.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

type Group = NonNullable<RoutingPolicy["spec"]["rules"][number]["groups"]>[number];

interface PricedGroup {
  readonly group: Group;
  readonly path: readonly PathSegment[];
  readonly providers: Providers;
}

const MOST_TARGETS_SHOWN = 4;

/** Reports a group of whose targets none keeps to the prices that `leastCost` allows, and targets whose price is not known. */
export function checkPrices(object: PolicyObject<RoutingPolicy>, { group, path, providers }: PricedGroup, report: Report): void {
  const compiled = compileGroup(group, object.namespace, providers);
  if ("model" in compiled || compiled.balance.kind !== "least-cost") return;
  const { balance } = compiled;
  const written = group.targets ?? [];
  if (written.length === 0 || !written.every((target) => isKnown(target, object.namespace, providers))) return;
  const excluded = compiled.targets.flatMap(({ model, price }, index) =>
    isTooDear({ price }, balance) ? [{ name: `${written[index]?.provider ?? ""}/${model}`, price, index }] : [],
  );
  if (excluded.length === written.length) {
    const shown = excluded.slice(0, MOST_TARGETS_SHOWN).map(({ name, price }) => `${name} ${priceText(price)}`);
    const more = excluded.length > shown.length ? ` and ${excluded.length - shown.length} more` : "";
    const place = placeIn(object, ...path, "balance", "leastCost");
    report(createProblem("no_affordable_target", place, { found: shown.join("; ") + more }));
    return;
  }
  for (const { index, name, price } of excluded) {
    if (price === null)
      report(createProblem("unpriced_target", placeIn(object, ...path, "targets", index, "model"), { found: name }));
  }
}

/** What its models cost is open where the provider is not found, or is not whole. */
function isKnown({ provider }: WrittenTarget, namespace: string, providers: Providers): boolean {
  return providers.get(`${namespace}/${provider}`)?.object.isPartial === false;
}

function priceText(price: Price | null): string {
  if (price === null) return "of unknown price";
  return `at $${price.inputMicroUsdPerMillion / 1_000_000} in and $${price.outputMicroUsdPerMillion / 1_000_000} out`;
}
