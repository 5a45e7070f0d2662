import { runPricing } from "../../../test/conformance/identity/pricing.ts";
import { runRoundTrip } from "../../../test/conformance/identity/round-trip.ts";
import { startUsageLab, type UsageLab } from "../../../test/conformance/identity/usage-lab.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { requests, seed } = IDENTITY_LIMITS.priced;

/** What every kind of token cost, and books that move. */
export function createUsageRows(): readonly ProveRow[] {
  return [
    {
      promise: `Of ${requests.toLocaleString("en-GB")} answers of random usage (cached, written to the cache, reasoning, audio, images) each costs what an independent calculation says, to the micro-dollar`,
      run: () => inLab(judgePricing),
    },
    {
      promise: `Books of ${requests.toLocaleString("en-GB")} rows that are exported and imported elsewhere are the same rows, reports and accounts`,
      run: () => inLab(judgeRoundTrip),
    },
  ];
}

async function inLab(judge: (lab: UsageLab) => Promise<Seen>): Promise<Seen> {
  const lab = await startUsageLab();
  try {
    return await judge(lab);
  } finally {
    await lab.close();
  }
}

async function judgePricing(lab: UsageLab): Promise<Seen> {
  const { expected, report, rows, wrong } = await runPricing(lab, { requests, seed });
  return {
    holds: wrong.length === 0 && rows === expected && report === expected,
    figure: `rows ${rows} micro-USD, report ${report}, calculated ${expected}; ${wrong.length} differ`,
    details: wrong.slice(0, 5),
  };
}

async function judgeRoundTrip(lab: UsageLab): Promise<Seen> {
  await runPricing(lab, { requests, seed });
  const { accounts, hasReport, hasRows, hasState, rows } = await runRoundTrip(lab);
  return {
    holds: rows === requests && accounts > 0 && hasRows && hasReport && hasState,
    figure: `${rows} rows, ${same(hasRows)}; reports ${same(hasReport)}; ${accounts} accounts, ${same(hasState)}`,
  };
}

function same(isSame: boolean): string {
  return isSame ? "the same" : "others";
}
