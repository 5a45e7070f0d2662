import { type FailoverCell, runFailover } from "../../../test/conformance/routing/failover.ts";
import { percentile } from "../../../test/conformance/routing/statistics.ts";
import { IDLE_MS, runTimeouts, TTFT_MS } from "../../../test/conformance/routing/timeouts.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow } from "../row.ts";

const { failover, processes, timeouts } = ROUTING_LIMITS;
const WAYS = 16;
const CELLS = WAYS * 4 * 2;
const SHOWN = 20;

/** P1, P4 and P5: before the first byte nothing of a failure shows, and silence ends in time. */
export function createFailoverRows(): readonly ProveRow[] {
  const ran = once(() => runFailover(failover));
  const timed = once(() => runTimeouts(timeouts));
  return [
    {
      promise: `With the retry budget lifted, F01–F16 × chat, responses, messages, gemini × {stream, JSON} × ${failover.runs.toLocaleString("en-GB")} requests over ${processes} processes: all answered by the other target, whole, in two attempts, without a byte of the failed one`,
      run: async () => {
        const { cells, requests } = await ran();
        const wrong = cells.filter(({ right, runs }) => right !== runs);
        const right = cells.reduce((sum, cell) => sum + cell.right, 0);
        return {
          holds: cells.length === CELLS && wrong.length === 0 && requests === CELLS * failover.runs,
          figure: `${right} of ${requests} in ${cells.length} cells`,
          details: wrong.slice(0, SHOWN).map((cell) => `${describe(cell)}; ${cell.problems[0] ?? ""}`),
        };
      },
    },
    {
      promise: `Failing over adds at most ${failover.addedMs} ms at the 99th percentile to what the failure takes to be noticed, in each of the 16 ways, beside healthy requests at the same time`,
      run: async () => {
        const { cells, ways } = await ran();
        const slow = ways.filter(({ addedP99Ms }) => !(addedP99Ms <= failover.addedMs));
        const perCell = cells.map(({ addedP99Ms }) => addedP99Ms);
        return {
          holds: ways.length === WAYS && slow.length === 0,
          figure: `${ways.map(({ addedP99Ms, fault }) => `${fault} ${addedP99Ms.toFixed(0)}`).join(", ")} ms; of ${cells.length} cells by themselves: ${percentile(perCell, 0.5).toFixed(0)} ms (median), ${Math.max(...perCell).toFixed(0)} ms (slowest)`,
        };
      },
    },
    {
      promise: `A stream without content is given up within ${timeouts.ttftGraceMs} ms of its time limit at the 99th percentile, and answered by the next target; neither pings nor a role count`,
      run: async () => {
        const { ttft } = await timed();
        return {
          holds: ttft.every(
            ({ abortedMs, answered, runs }) =>
              answered === runs && abortedMs.length === runs && late(abortedMs) <= timeouts.ttftGraceMs,
          ),
          figure: ttft
            .map(
              ({ abortedMs, answered, fault, runs }) =>
                `${fault}: ${answered} of ${runs} answered, given up ${late(abortedMs).toFixed(0)} ms after the limit of ${TTFT_MS} ms`,
            )
            .join("; "),
        };
      },
    },
    {
      promise: `A stream that falls silent ends within its idle time and ${timeouts.idleGraceMs / 1_000} s, in one error event`,
      run: async () => {
        const { endedMs, runs, told } = (await timed()).idle;
        const latestMs = Math.max(...endedMs) - IDLE_MS;
        return {
          holds: runs > 0 && told === runs && latestMs <= timeouts.idleGraceMs,
          figure: `${told} of ${runs} told; ended ${(percentile(endedMs, 0.5) - IDLE_MS).toFixed(0)} ms (median) and ${latestMs.toFixed(0)} ms (latest) after ${IDLE_MS} ms of silence`,
        };
      },
    },
  ];
}

function describe({ fault, right, runs, stream, surface }: FailoverCell): string {
  return `${fault} ${surface} ${stream ? "stream" : "JSON"}: ${right} of ${runs}`;
}

/** Milliseconds beyond the limit, at the 99th percentile. */
function late(abortedMs: readonly number[]): number {
  return percentile(abortedMs, 0.99) - TTFT_MS;
}
