import { afterEach, describe, expect, it } from "vitest";
import type { Heard } from "../faults/ask-router.ts";
import { INSIDE, type LimitsLab, startLimitsLab } from "./limits-lab.ts";

let lab: LimitsLab | null = null;
let isStopped = false;
afterEach(async () => {
  // One that is stopped cannot end.
  if (isStopped) process.kill(lab?.fleet.objectHost.pid ?? 0, "SIGCONT");
  isStopped = false;
  await lab?.close();
  lab = null;
});

const CONSUMERS = {
  closed: { limits: [{ requests: 100, per: "1h", failureMode: "Closed" }] },
  open: { limits: [{ requests: 100, per: "1h", failureMode: "Open" }] },
  apart: { limits: [{ requests: 100, per: "1h" }] },
  spends: { budgets: [{ usd: "5", per: "day" }] },
  free: {},
};

/** The books go away, in one way or another. */
async function startWithout(stop: (lab: LimitsLab) => Promise<void> | void): Promise<LimitsLab> {
  lab = await startLimitsLab({ processes: 1, consumers: CONSUMERS });
  for (const name of Object.keys(CONSUMERS)) await lab.ask(name, 0, { model: INSIDE });
  await stop(lab);
  return lab;
}

async function askUntil(asking: LimitsLab, consumer: string, most: number): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  for (let request = 0; request < most; request += 1) heard.push(await asking.ask(consumer, 0, { model: INSIDE }));
  return heard;
}

const statusesOf = (heard: readonly Heard[]): readonly number[] => [...new Set(heard.map(({ status }) => status))];
const codeOf = ({ body }: Heard): string => JSON.parse(body.toString()).error.code;

describe.each([
  [
    "are stopped",
    (stopped: LimitsLab) => {
      isStopped = process.kill(stopped.fleet.objectHost.pid, "SIGSTOP");
    },
  ],
  ["are gone", (gone: LimitsLab) => gone.fleet.objectHost.close()],
])("while the books %s", (_, stop) => {
  it("each limit decides by its failure mode, and nobody waits longer than a second", async () => {
    const asking = await startWithout(stop);
    const [closed, spends] = [await askUntil(asking, "closed", 3), await askUntil(asking, "spends", 3)];
    expect([statusesOf(closed), statusesOf(spends)]).toEqual([[503], [503]]);
    expect(codeOf(closed[0] ?? expect.unreachable())).toBe("limiter_unavailable");
    expect(closed[0]?.headers["retry-after"]).toBe("1");
    const open = await askUntil(asking, "open", 15);
    expect(open.filter(({ status }) => status === 200)).toHaveLength(10);
    const local = await askUntil(asking, "apart", 5);
    expect(statusesOf(local)).toEqual([200]);
    expect(local[0]?.headers["x-fairlead-degraded"]).toBe("limiter");
    expect(statusesOf(await askUntil(asking, "free", 3))).toEqual([200]);
    const slowest = Math.max(...[...closed, ...spends, ...open, ...local].map(({ tookMs }) => tookMs));
    // A second, and the request itself on a busy machine.
    expect(slowest).toBeLessThan(3_000);
  });
});

it("what was admitted without the books is told to them afterwards", async () => {
  const asking = await startWithout((gone) => gone.fleet.objectHost.close());
  expect(statusesOf(await askUntil(asking, "apart", 5))).toEqual([200]);
  await asking.fleet.restartObjectHost();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await askUntil(asking, "free", 2);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const [heard] = await askUntil(asking, "apart", 1);
  // One before, five without the books, this one.
  expect(heard?.headers["x-ratelimit-remaining-requests"]).toBe("93");
});
