import type { LinkedRoute, LinkedTarget } from "../policy/link.ts";

/**
 * The order in which a route's targets are asked: group by group, inside a group by weighted draw without replacement.
 * `draw` gives numbers in [0, 1).
 */
export function planAttempts(route: LinkedRoute, draw: () => number): readonly LinkedTarget[] {
  return route.fixedOrder ?? route.groups.flatMap((targets) => shuffleByWeight(targets, draw));
}

function shuffleByWeight(targets: readonly LinkedTarget[], draw: () => number): readonly LinkedTarget[] {
  const rest = [...targets];
  const order: LinkedTarget[] = [];
  while (rest.length > 0) order.push(...rest.splice(pickByWeight(rest, draw()), 1));
  return order;
}

function pickByWeight(targets: readonly LinkedTarget[], draw: number): number {
  let threshold = draw * targets.reduce((sum, target) => sum + target.weight, 0);
  for (const [index, target] of targets.entries()) {
    threshold -= target.weight;
    if (threshold < 0) return index;
  }
  return targets.length - 1;
}
