import { describe, expect, it } from "vitest";
import { runsOf } from "../judges/runs.ts";
import { runManySeeds } from "./many-seeds.ts";
import { findPlantedBugs, plantedBugs } from "./planted-bugs.ts";
import { runSimulation } from "./run-simulation.ts";

const SECONDS = 300;

describe("the simulation", () => {
  it("finds every invariant to hold, whatever goes wrong", async () => {
    const { recoveries, requests, seeds, violations } = await runManySeeds({
      seeds: runsOf(300, 10_000),
      seconds: SECONDS,
      workers: 2,
    });
    expect(violations).toEqual([]);
    // It cannot pass by doing nothing, nor by ending before anything can come back.
    expect(requests).toBeGreaterThan(seeds * 100);
    expect(recoveries).toBeGreaterThan(seeds * 0.8);
  });

  it("replays a seed event by event", async () => {
    for (const seed of [1, 24, 173]) {
      const lines: string[] = [];
      const first = await runSimulation({ seed, seconds: SECONDS });
      const again = await runSimulation({ seed, seconds: SECONDS, log: (line) => lines.push(line) });
      expect(again).toEqual(first);
      expect(lines.length).toBeGreaterThan(100);
    }
  });

  it("tells seeds apart", async () => {
    const seeds = [1, 2, 3, 2 ** 32 + 1];
    const hashes = await Promise.all(seeds.map(async (seed) => (await runSimulation({ seed, seconds: SECONDS })).traceHash));
    expect(new Set(hashes).size).toBe(seeds.length);
  });
});

describe("a planted bug", () => {
  const quick = plantedBugs().filter((name) => /^(?:01|06|10|18)-/.test(name));

  it("is found", async () => {
    const names = runsOf(0, 1) === 1 ? plantedBugs() : quick;
    const found = await findPlantedBugs({ names, mostSeeds: runsOf(50, 2_000) });
    expect(found.filter(({ foundAtSeed }) => foundAtSeed === null)).toEqual([]);
    expect(found.map(({ name }) => name)).toEqual(names);
  });
});
