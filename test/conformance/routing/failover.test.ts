import { expect, it } from "vitest";
import { runFailover } from "./failover.ts";
import { runTimeouts } from "./timeouts.ts";

it(
  "answers with the next target for every fault before the first byte, in the caller's format",
  { timeout: 120_000 },
  async () => {
    const { cells } = await runFailover({ runs: 2, width: 8, surfaces: ["chat", "messages"] });
    expect(cells).toHaveLength(16 * 2 * 2);
    expect(cells.filter(({ right, runs }) => right !== runs)).toEqual([]);
  },
);

it("gives up a stream without content, and ends one that falls silent in an error event", { timeout: 60_000 }, async () => {
  const { idle, ttft } = await runTimeouts({ runs: 8, width: 8 });
  for (const { answered, runs } of ttft) expect(answered).toBe(runs);
  expect(idle.told).toBe(idle.runs);
});
