import { runClientLeaves } from "../../../test/conformance/faults/client-leaves.ts";
import { runFaultMatrix } from "../../../test/conformance/faults/fault-matrix.ts";
import { runStreamCuts } from "../../../test/conformance/faults/stream-cuts.ts";
import { MAIN_LIMITS } from "../limits.ts";
import type { ProveRow } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { faultRuns, leavingClients, seed, streamCuts } = MAIN_LIMITS;

/** What is refused, dropped, narrowed and carried over between families, and faults of streams whose events are touched. */
export function createCrossingRows(): readonly ProveRow[] {
  return [
    {
      promise:
        "What a backend cannot do is refused naming the field and the models that can, or dropped with a warning, by policy; capabilities narrow targets; failover across families keeps the conversation valid",
      run: async () => judgeSuite(await runSuite("test/conformance/crossing")),
    },
    {
      promise: `Faults F01–F28 × ${faultRuns} runs where events are touched: answered by the second target or ended in exactly one error event`,
      run: async () => {
        const { late, problems, requests } = await runFaultMatrix({ form: "mended", runs: faultRuns, seed });
        return {
          holds: requests > 0 && problems.length === 0 && late === 0,
          figure: `${requests} requests, ${problems.length} problems, ${late} late`,
          details: problems.slice(0, 20),
        };
      },
    },
    {
      promise: `${streamCuts.toLocaleString("en-GB")} cuts of touched streams: none that is not complete reads as success in the openai SDK`,
      run: async () => {
        const { byCut, falseSuccesses } = await runStreamCuts({ cuts: streamCuts, form: "mended", seed });
        const hung = Object.values(byCut).reduce((sum, counts) => sum + counts.hung, 0);
        return {
          holds: falseSuccesses.length === 0 && hung === 0,
          figure: `${falseSuccesses.length} false successes, ${hung} hung`,
          details: falseSuccesses.slice(0, 20),
        };
      },
    },
    {
      promise: `${leavingClients} clients that hang up in touched streams end the upstream's work and count against nobody`,
      run: async () => {
        const { healthUnchanged, miscounted, slotsFreed, stillLive } = await runClientLeaves({
          clients: leavingClients,
          form: "mended",
        });
        return {
          holds: healthUnchanged && slotsFreed && miscounted === 0 && stillLive === 0,
          figure: `${stillLive} upstream calls left, ${miscounted} miscounted, health ${healthUnchanged ? "unchanged" : "changed"}`,
        };
      },
    },
  ];
}
