import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnswerLab, startAnswerLab } from "./answer-lab.ts";
import { runKilledStore } from "./killed-store.ts";
import { runProbedStore } from "./probed-store.ts";
import { runRestartedStore } from "./restarted-store.ts";

let lab: AnswerLab;
beforeAll(async () => {
  lab = await startAnswerLab();
});
afterAll(() => lab.close());

describe("a store of answers in a process of its own", () => {
  it("gives nothing of one scope in another", async () => {
    const figures = await runProbedStore(lab.store, { probes: 24, seed: "probes" });
    expect(figures).toEqual({ probes: 24, hits: [], own: 24 });
  });

  it("keeps whole answers or none when it is killed, and all that it has confirmed", async () => {
    const figures = await runKilledStore(lab, { rounds: 1, answers: 24, seed: "killed" });
    expect(figures).toMatchObject({ lost: 0, wrong: 0, broken: 0 });
    expect(figures.confirmed + figures.unconfirmed).toBe(24);
  });

  it("knows after a restart what it knew", async () => {
    const figures = await runRestartedStore(lab, { questions: 15 });
    expect(figures).toMatchObject({ isSame: true, lost: 0, risen: 0 });
    expect(figures.labels).toBeGreaterThan(0);
  });
});
