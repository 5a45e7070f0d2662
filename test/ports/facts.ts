import { it } from "vitest";

/** One promise of a port, checked against a fresh subject. `check` rejects when the promise is broken. */
export interface Fact<Create> {
  readonly title: string;
  readonly check: (create: Create) => Promise<void>;
}

/** One test per fact; called inside an adapter's `describe`. */
export function itHolds<Create>(facts: readonly Fact<Create>[], create: Create): void {
  for (const { title, check } of facts) it(title, () => check(create));
}

/** A check that has not come back by then counts as broken: some mutants hang. */
const PATIENCE_MS = 500;

/** Titles of the facts that a subject breaks: how the contracts themselves are tested. */
export async function brokenFacts<Create>(facts: readonly Fact<Create>[], create: Create): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(facts.map(async ({ check }) => Promise.race([check(create), losePatience()])));
  return facts.filter((_, index) => outcomes[index]?.status === "rejected").map(({ title }) => title);
}

function losePatience(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("The check did not come back.")), PATIENCE_MS));
}
