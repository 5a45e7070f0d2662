import { interleave, toRows } from "../rounds.ts";
import { paced20 } from "../requests.ts";
import { median, roundFigure } from "../statistics.ts";
import { measureStreams } from "./measure-streams.ts";
import type { GatewayScenario } from "./scenario.ts";

const STREAMS = 200;
const MAX_ROUNDS = 3;

/** What a process pays for many callers who are all being answered slowly. */
export const manyStreams: GatewayScenario = {
  kind: "gateway",
  name: "streams-200",
  about: "200 streams at once, 200 events each, one every 20 ms: CPU time of a stream, resident memory at its highest",
  requests: [paced20],
  measure: async (rig) => {
    const sampled = await interleave({
      scenario: "streams-200",
      rig,
      rounds: Math.min(rig.rounds, MAX_ROUNDS),
      measure: (subject) => measureStreams({ rig, subject, request: paced20, streams: STREAMS }),
    });
    return toRows("streams-200", sampled, {
      compare: (sample) => sample.cpuMicros,
      figures: (samples) => ({
        cpuMicros: roundFigure(median(samples.map((sample) => sample.cpuMicros))),
        firstByteMs: roundFigure(median(samples.map((sample) => sample.firstByteMs))),
        rssMegabytes: roundFigure(Math.max(...samples.map((sample) => sample.rssMegabytes))),
      }),
    });
  },
};
