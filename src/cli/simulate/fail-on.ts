import type { SimulationSummary } from "./summarise.ts";

/** What makes a simulation fail in CI. */
export type FailOn =
  | { readonly kind: "refusals" | "target" | "open" }
  /** A rise of the cost by more than this. */
  | { readonly kind: "cost"; readonly percent: number };

const COST = /^cost:\+(\d{1,5}(?:\.\d{1,2})?)%$/;

/** `refusals,cost:+10%,target` @throws Error when it is none */
export function parseFailOn(text: string): readonly FailOn[] {
  return text.split(",").map((word): FailOn => {
    if (word === "refusals" || word === "target" || word === "open") return { kind: word };
    const percent = COST.exec(word)?.[1];
    if (percent !== undefined) return { kind: "cost", percent: Number(percent) };
    throw new Error(`--fail-on takes refusals, target, open and cost:+10%, separated by commas, not '${word}'.`);
  });
}

/** Why the change is not acceptable; empty when it is. */
export function reasonsToFail(summary: SimulationSummary, failOn: readonly FailOn[]): readonly string[] {
  return failOn.flatMap((each) => reasonFor(summary, each) ?? []);
}

function reasonFor(summary: SimulationSummary, failOn: FailOn): string | null {
  const { changed, costMicroUsd, decided, refusals, requests } = summary;
  switch (failOn.kind) {
    case "refusals": {
      const more = refusals.filter(({ after, before }) => after > before);
      const texts = more.map(({ after, before, code }) => `${code} ${before} → ${after}`);
      return more.length === 0 ? null : `refusals: ${texts.join(", ")}`;
    }
    case "target":
      return changed === 0 ? null : `target: ${changed} of ${decided} requests change`;
    case "open":
      return decided === requests ? null : `open: ${requests - decided} of ${requests} requests are not decided by this trace`;
    case "cost": {
      const { after, before } = costMicroUsd;
      const isDearer = after.sum > before.sum * (1 + failOn.percent / 100);
      if (isDearer) return `cost: it rises by more than ${failOn.percent}%`;
      return after.unknown > before.unknown ? "cost: more requests go to targets of unknown price" : null;
    }
  }
}
