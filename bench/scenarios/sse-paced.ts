import { interleave, toRows } from "../rounds.ts";
import type { Sampled } from "../rounds.ts";
import { paced100, paced20 } from "../requests.ts";
import type { BenchRow } from "../row.ts";
import { median, roundFigure } from "../statistics.ts";
import { measureStreams } from "./measure-streams.ts";
import type { StreamsSample } from "./measure-streams.ts";
import type { GatewayScenario, Rig } from "./scenario.ts";

const STREAMS = 32;
const MAX_ROUNDS = 3;

/** What a stream costs when it comes as models send it, and whether each event is passed on when it comes. */
export const ssePaced: GatewayScenario = {
  kind: "gateway",
  name: "sse-paced",
  about:
    "32 streams at once, 200 events each, one every 20 ms: CPU time of a stream. First byte and deliveries: one stream of 100 events, one every 100 ms, on an idle subject",
  requests: [paced20],
  measure: async (rig) => {
    const turn = (streams: number) => (subject: Rig["subjects"][number]) =>
      measureStreams({ rig, subject, request: paced20, streams });
    const sampled = await interleave({
      scenario: "sse-paced",
      rig,
      rounds: Math.min(rig.rounds, MAX_ROUNDS),
      warmUp: turn(STREAMS),
      measure: turn(STREAMS),
    });
    const rows = toRows("sse-paced", sampled, {
      compare: (sample) => sample.cpuMicros,
      figures: (samples) => ({ cpuMicros: roundFigure(median(samples.map((sample) => sample.cpuMicros))) }),
    });
    return addDeliveries(rig, { rows, sampled });
  },
};

/** One slow stream through every subject at the same time: ten events a second disturb nobody. */
async function addDeliveries(
  rig: Rig,
  measured: { readonly rows: readonly BenchRow[]; readonly sampled: readonly Sampled<StreamsSample>[] },
): Promise<readonly BenchRow[]> {
  rig.log("sse-paced: first byte and deliveries");
  return Promise.all(
    measured.rows.map(async (row, index) => {
      const subject = measured.sampled[index]?.subject;
      if (subject === undefined || row.failure !== undefined) return row;
      try {
        const run = await measureStreams({ rig, subject, request: paced100, streams: 1 });
        return { ...row, firstByteMs: roundFigure(run.firstByteMs), deliveries: run.deliveries };
      } catch (error) {
        return { scenario: row.scenario, subject: row.subject, failure: String(error) };
      }
    }),
  );
}
