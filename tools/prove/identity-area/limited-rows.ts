import { runBench } from "../../../bench/run.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { bench, limitedRatio } = IDENTITY_LIMITS;
const SCENARIO = "json-limited";
const SUBJECTS = ["bare", "fairlead", "limited"] as const;

/** What limits and budgets cost a request that is admitted from a slice. */
export function createLimitedRows(): readonly ProveRow[] {
  return [
    {
      promise: `Bench: with limits and budgets on and slices warm, JSON 1 KB ≥ ${limitedRatio} of the ratio to bare reached without them`,
      run: measure,
    },
  ];
}

async function measure(): Promise<Seen> {
  const rows = await runBench({ only: [SCENARIO], subjects: SUBJECTS, ...bench });
  const ratioOf = (subject: (typeof SUBJECTS)[number]): number => {
    const row = rows.find((each) => each.scenario === SCENARIO && each.subject === subject);
    if (row?.ratio === undefined) throw new Error(`${subject}: ${row?.failure ?? row?.missing ?? "not measured"}`);
    return row.ratio;
  };
  const [without, limited] = [ratioOf("fairlead"), ratioOf("limited")];
  return {
    holds: limited >= limitedRatio * without,
    figure: `${(limited / without).toFixed(2)}: ${limited.toFixed(2)} of bare with them, ${without.toFixed(2)} without`,
  };
}
