import { startAttackLab } from "../../../test/conformance/attacks/lab.ts";
import { runFuzz } from "../../../test/conformance/fuzz/run-fuzz.ts";
import { MAIN_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { malformedRequests, seed } = MAIN_LIMITS;

/** Line 6: hostile input. */
export function createHostileRows(): readonly ProveRow[] {
  return [
    {
      promise: `${malformedRequests.count.toLocaleString("en-GB")} malformed requests: 4xx with the four-key error envelope, or 2xx where the provider's API allows it; no 5xx, no upstream call for a 4xx, nothing secret echoed`,
      run: fuzz,
    },
    {
      promise:
        "The attack rows A, B, C, D01–D09, F, H06 and H12 that apply to what exists are tests, and the README of `test/` lists which row is where",
      run: async () => judgeSuite(await runSuite("test/conformance/attacks.test.ts", "test/conformance/attack-table.test.ts")),
    },
  ];
}

async function fuzz(): Promise<Seen> {
  const lab = await startAttackLab();
  let reached = 0;
  try {
    const report = await runFuzz({
      url: lab.url,
      key: lab.key,
      model: "x-fuzz",
      count: malformedRequests.count,
      seed,
      secrets: lab.secrets,
      limitMs: malformedRequests.answerMs,
      upstreamAttempts: async () => {
        reached += lab.chaos.attempts().length;
        lab.chaos.reset();
        return reached;
      },
    });
    const sent = Object.values(report.sent).reduce((sum, count) => sum + count, 0);
    const statuses = Object.entries(report.byStatus).map(([status, count]) => `${count} × ${status}`);
    return {
      holds: report.failures.length === 0 && sent === malformedRequests.count,
      figure: `${sent} sent (seed ${seed}): ${statuses.join(", ")}; ${report.failures.length} failures; slowest ${report.slowestMs.toFixed(0)} ms of ${malformedRequests.answerMs}`,
      details: report.failures.slice(0, 20).map(({ family, index, reason, title }) => `#${index} ${family}: ${title}: ${reason}`),
    };
  } finally {
    await lab.close();
  }
}
