import { setTimeout as sleep } from "node:timers/promises";
import type { Upstream, UpstreamStream } from "../upstream.ts";

const POLL_MS = 20;

/** The stub's newest stream of a model. @throws Error when it has served none */
export async function readLatestStream(upstream: Upstream, model: string): Promise<UpstreamStream> {
  const stream = (await upstream.stats()).streams.findLast((candidate) => candidate.model === model);
  if (stream === undefined) throw new Error(`The stub has served no stream of ${model}.`);
  return stream;
}

/** Waits until the newest stream of a model has ended. Returns it as it is then, or as it is after the time. */
export async function waitForStreamEnd(
  upstream: Upstream,
  wait: { readonly model: string; readonly timeoutMs: number },
): Promise<UpstreamStream> {
  const deadline = Date.now() + wait.timeoutMs;
  for (;;) {
    const stream = await readLatestStream(upstream, wait.model);
    if (stream.endedAtMs > 0 || Date.now() > deadline) return stream;
    await sleep(POLL_MS);
  }
}
