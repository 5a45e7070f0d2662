import { openRequest } from "../load/socket.ts";
import { interleave, toRows } from "../rounds.ts";
import { paced20 } from "../requests.ts";
import { median, roundFigure } from "../statistics.ts";
import type { RunningSubject } from "../subjects/subject.ts";
import { waitForStreamEnd } from "./latest-stream.ts";
import type { GatewayScenario, Rig } from "./scenario.ts";

/** About 20 of the stream's 200 events. */
const LEAVE_AFTER_BYTES = 5_000;
const END_TIMEOUT_MS = 15_000;

/** How long an upstream goes on, and is paid, after the caller has hung up. */
export const leave: GatewayScenario = {
  kind: "gateway",
  name: "leave",
  about: "a client that leaves after some 20 of 200 events, one every 20 ms: time until the upstream's connection is closed",
  subjects: ["bare", "fairlead"],
  requests: [paced20],
  measure: async (rig) => {
    const sampled = await interleave({
      scenario: "leave",
      rig,
      rounds: rig.rounds,
      measure: (subject) => measureClosing(rig, subject),
    });
    return toRows("leave", sampled, {
      compare: (closedMs) => closedMs ?? Number.NaN,
      figures: (samples) => {
        const closed = samples.filter((closedMs) => closedMs !== undefined);
        if (closed.length < samples.length)
          return { notes: [`never closed in ${samples.length - closed.length} of ${samples.length} tries: read to its end`] };
        return { upstreamClosedMs: roundFigure(median(closed)) };
      },
    });
  },
};

/** Milliseconds, or undefined when the stream ran to its end. */
async function measureClosing(rig: Rig, subject: RunningSubject): Promise<number | undefined> {
  await rig.upstream.forgetStreams();
  const answer = openRequest({
    url: subject.url,
    headers: subject.headersFor(paced20.upstreamModel),
    body: paced20.body(subject.modelFor(paced20.upstreamModel)),
  });
  let leftAtMs: number;
  try {
    await answer.waitForBytes(LEAVE_AFTER_BYTES);
  } finally {
    leftAtMs = answer.leave();
  }
  const stream = await waitForStreamEnd(rig.upstream, { model: paced20.upstreamModel, timeoutMs: END_TIMEOUT_MS });
  return stream.closedEarly ? stream.endedAtMs - leftAtMs : undefined;
}
