import { runStreams } from "../load/streams.ts";
import type { StreamsRun } from "../load/streams.ts";
import { readUsage } from "../process-usage.ts";
import type { BenchRequest } from "../requests.ts";
import type { RunningSubject } from "../subjects/subject.ts";
import { writeBody } from "./scenario.ts";
import type { Rig } from "./scenario.ts";

export interface StreamsSample extends StreamsRun {
  /** CPU time of one stream. */
  readonly cpuMicros: number;
  /** The highest seen while the streams ran. */
  readonly rssMegabytes: number;
}

const STREAMS_TIMEOUT_SECONDS = 60;
const RSS_SAMPLE_MS = 200;

/** Runs streams through a subject, all open at once, and says what each cost. */
export async function measureStreams(turn: {
  readonly rig: Rig;
  readonly subject: RunningSubject;
  readonly request: BenchRequest;
  readonly streams: number;
}): Promise<StreamsSample> {
  const { rig, subject, request, streams } = turn;
  const bodyFile = writeBody(rig, subject, request);
  const before = readUsage(subject.pids);
  let rssMegabytes = before.rssMegabytes;
  const sampler = setInterval(() => {
    rssMegabytes = Math.max(rssMegabytes, readUsage(subject.pids).rssMegabytes);
  }, RSS_SAMPLE_MS);
  try {
    const run = await runStreams({
      binaries: rig.binaries,
      url: subject.url,
      headers: subject.headersFor(request.upstreamModel),
      bodyFile,
      streams,
      events: request.events ?? 0,
      timeoutSeconds: STREAMS_TIMEOUT_SECONDS,
    });
    return { ...run, rssMegabytes, cpuMicros: (readUsage(subject.pids).cpuMicros - before.cpuMicros) / streams };
  } finally {
    clearInterval(sampler);
  }
}
