import { setTimeout as sleep } from "node:timers/promises";
import { openRequest } from "../load/socket.ts";
import { interleave, toRows } from "../rounds.ts";
import { firehose } from "../requests.ts";
import { median, roundFigure } from "../statistics.ts";
import type { RunningSubject } from "../subjects/subject.ts";
import type { UpstreamStream } from "../upstream.ts";
import { readLatestStream, waitForStreamEnd } from "./latest-stream.ts";
import type { GatewayScenario, Rig } from "./scenario.ts";

const MAX_ROUNDS = 3;
const READ_BYTES = 64 * 1024;
const STALL_MS = 5_000;
const END_TIMEOUT_MS = 10_000;
const BYTES_PER_MEGABYTE = 1024 * 1024;

/** How far a gateway lets a fast upstream run ahead of a client that has stopped reading; the kernel's buffers are part of it. */
export const backpressure: GatewayScenario = {
  kind: "gateway",
  name: "backpressure",
  about:
    "an endless stream at full speed, a client that reads 64 KB and then nothing for 5 s: what the upstream pushed beyond that",
  subjects: ["bare", "fairlead"],
  requests: [firehose],
  measure: async (rig) => {
    const sampled = await interleave({
      scenario: "backpressure",
      rig,
      rounds: Math.min(rig.rounds, MAX_ROUNDS),
      measure: (subject) => measureAhead(rig, subject),
    });
    return toRows("backpressure", sampled, {
      compare: (sample) => sample.aheadMegabytes,
      figures: (samples) => ({
        upstreamAheadMegabytes: roundFigure(median(samples.map((sample) => sample.aheadMegabytes))),
        ...(samples.some((sample) => sample.reachedItsCaps)
          ? { notes: ["without bound: the stub ended the stream itself"] }
          : {}),
      }),
    });
  },
};

async function measureAhead(
  rig: Rig,
  subject: RunningSubject,
): Promise<{ readonly aheadMegabytes: number; readonly reachedItsCaps: boolean }> {
  await rig.upstream.forgetStreams();
  const answer = openRequest({
    url: subject.url,
    headers: subject.headersFor(firehose.upstreamModel),
    body: firehose.body(subject.modelFor(firehose.upstreamModel)),
  });
  let stalled: UpstreamStream;
  let receivedBytes: number;
  try {
    await answer.waitForBytes(READ_BYTES);
    answer.stall();
    await sleep(STALL_MS);
    stalled = await readLatestStream(rig.upstream, firehose.upstreamModel);
    receivedBytes = answer.receivedBytes();
  } finally {
    answer.leave();
  }
  await waitForStreamEnd(rig.upstream, { model: firehose.upstreamModel, timeoutMs: END_TIMEOUT_MS });
  return { aheadMegabytes: (stalled.sentBytes - receivedBytes) / BYTES_PER_MEGABYTE, reachedItsCaps: stalled.reachedItsCaps };
}
