import { type ExactnessRound, runExactness } from "../../../test/conformance/identity/exactness.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { exactness } = IDENTITY_LIMITS;
const SHOWN = 10;
const STORES = [
  { store: "objects", where: "with the books in an object" },
  { store: "redis", where: "with the books in Redis" },
] as const;

/** Never more than the limit, and never less. */
export function createExactnessRows(): readonly ProveRow[] {
  const { limit, processes, requests, rounds } = exactness;
  return STORES.map(({ store, where }) => ({
    promise: `Of ${requests.toLocaleString("en-GB")} requests at once at ${processes} processes, on a limit of ${limit.toLocaleString("en-GB")}, exactly ${limit.toLocaleString("en-GB")} are admitted, in ${rounds} rounds ${where}`,
    run: async () => judge(await runExactness({ ...exactness, store })),
  }));
}

function judge(rounds: readonly ExactnessRound[]): Seen {
  const { limit, requests } = exactness;
  const wrong = rounds.filter((round) => round.admitted !== limit || round.refused !== requests - limit || round.remaining !== 0);
  const most = Math.max(...rounds.map(({ admitted }) => admitted));
  const least = Math.min(...rounds.map(({ admitted }) => admitted));
  return {
    holds: rounds.length === exactness.rounds && wrong.length === 0,
    figure: `${rounds.length - wrong.length} of ${rounds.length} rounds exact; ${least} to ${most} admitted`,
    details: wrong
      .slice(0, SHOWN)
      .map(
        ({ admitted, others, refused, remaining }) =>
          `${admitted} admitted, ${refused} refused, ${others} others, ${remaining} left`,
      ),
  };
}
