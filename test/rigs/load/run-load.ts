import { Agent } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type LoadResult, sendScheduled } from "./send-scheduled.ts";

export interface LoadOptions {
  /** Base URLs of the routers, which are asked in turn. */
  readonly urls: readonly string[];
  /** Where callers change theirs: that of the request of that index, when it is sent. */
  readonly key: string | ((index: number) => string);
  readonly perSecond: number;
  readonly seconds: number;
  /** The chat request of that index, counted from 0. */
  readonly body: (index: number) => object;
  /** Called as each request ends, while others go on. */
  readonly onResult?: (result: LoadResult) => void;
  /** After so long without an end a request is given up; 30,000. */
  readonly patienceMs?: number;
}

/** Idle connections are given up before the router, whose patience is five seconds, closes them under a request. */
const IDLE_MS = 3_000;

/**
 * Chat requests at a constant rate, whether or not the earlier ones were answered (an open loop). Every time counts from when
 * a request was due, so that a stalled router or a late generator shows in the figures. Resolves with one result for each, in order.
 */
export async function runLoad(options: LoadOptions): Promise<readonly LoadResult[]> {
  const { body, key, onResult, patienceMs = 30_000, perSecond, seconds, urls } = options;
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  const startMs = performance.now();
  const calls: Promise<LoadResult>[] = [];
  for (let index = 0; index < Math.round(perSecond * seconds); index += 1) {
    const dueMs = startMs + (index * 1_000) / perSecond;
    const earlyMs = dueMs - performance.now();
    // Answers must be read even when the generator is behind.
    await (earlyMs > 0 ? sleep(earlyMs) : nextTurn());
    const call = sendScheduled({
      url: urls[index % urls.length] ?? "",
      key: typeof key === "string" ? key : key(index),
      body: body(index),
      dueMs,
      patienceMs,
      agent,
    });
    calls.push(onResult === undefined ? call : call.then(report(onResult)));
  }
  const results = await Promise.all(calls);
  agent.destroy();
  return results;
}

function report(onResult: (result: LoadResult) => void): (result: LoadResult) => LoadResult {
  return (result) => {
    onResult(result);
    return result;
  };
}
