import { describe, expect, it } from "vitest";
import { DecisionModel, type Prior } from "../../../../src/core/cache/semantic/decision-model.ts";
import { LabelNoise } from "../../../../src/core/cache/semantic/label-noise.ts";
import { runsOf } from "../../../judges/runs.ts";
import { createDraw } from "../../../rigs/chaos-upstream/draw.ts";

const PRIORS: readonly Prior[] = [
  { mean: -2, variance: 4, sign: 0 },
  { mean: 1, variance: 4, sign: 1 },
  { mean: 1, variance: 4, sign: 1 },
  { mean: -0.5, variance: 2, sign: -1 },
];
const WEIGHTS = [-3, 6, 4, -2];

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A world in which the model is right, and labels are wrong with a known probability. */
function live({ labels, noise, seed }: { readonly labels: number; readonly noise: number; readonly seed: number }) {
  const draw = createDraw(seed);
  const known = new LabelNoise({ seen: 2_000, missed: 2_000 * noise }, { seen: 2_000, missed: 2_000 * noise });
  const model = new DecisionModel(PRIORS);
  const ask = (): { readonly features: readonly number[]; readonly right: number } => {
    const features = [1, draw(), draw(), draw()];
    return { features, right: sigmoid(features.reduce((sum, feature, at) => sum + feature * (WEIGHTS[at] ?? 0), 0)) };
  };
  for (let at = 0; at < labels; at += 1) {
    const { features, right } = ask();
    const truth = draw() < right;
    model.learn(features, truth !== draw() < noise ? 1 : 0, known);
  }
  return { ask, model };
}

describe("DecisionModel", () => {
  it.each([{ noise: 0 }, { noise: 0.1 }])(
    "is below the true probability 19 times of 20 with $noise of the labels wrong",
    ({ noise }) => {
      let [below, asked] = [0, 0];
      for (let seed = 1; seed <= runsOf(20, 200); seed += 1) {
        const { ask, model } = live({ labels: 1_000, noise, seed });
        for (let at = 0; at < 100; at += 1) {
          const { features, right } = ask();
          asked += 1;
          if (model.judge(features).low <= right) below += 1;
        }
      }
      expect(below / asked).toBeGreaterThan(0.93);
    },
  );

  it("comes near the truth, and less sure where labels are wrong", () => {
    const [clean, noisy] = [live({ labels: 3_000, noise: 0, seed: 1 }), live({ labels: 3_000, noise: 0.2, seed: 1 })];
    const features = [1, 0.9, 0.8, 0.1];
    const right = sigmoid(-3 + 5.4 + 3.2 - 0.2);
    expect(Math.abs(clean.model.judge(features).mean - right)).toBeLessThan(0.02);
    const width = ({ model }: typeof clean): number => model.judge(features).mean - model.judge(features).low;
    expect(width(noisy)).toBeGreaterThan(width(clean));
  });

  it("never lets what speaks for an answer speak against it", () => {
    const model = new DecisionModel(PRIORS);
    for (let at = 0; at < 500; at += 1) model.learn([1, 1, 0, 0], 0, new LabelNoise());
    for (let at = 0; at < 500; at += 1) model.learn([1, 0, 0, 1], 1, new LabelNoise());
    const [, similarity = -1, , residue = 1] = model.state.mean;
    expect(similarity).toBeGreaterThanOrEqual(0);
    expect(residue).toBeLessThanOrEqual(0);
  });

  it("follows what changes", () => {
    const model = new DecisionModel(PRIORS);
    const features = [1, 0.9, 0.9, 0];
    for (let at = 0; at < 2_000; at += 1) model.learn(features, 1, new LabelNoise());
    expect(model.judge(features).low).toBeGreaterThan(0.98);
    for (let at = 0; at < 60; at += 1) model.learn(features, 0, new LabelNoise());
    expect(model.judge(features).low).toBeLessThan(0.98);
  });

  it("goes on from what was saved, and not from a state of another size", () => {
    const { model } = live({ labels: 300, noise: 0, seed: 3 });
    const features = [1, 0.5, 0.5, 0.5];
    expect(new DecisionModel(PRIORS, model.state).judge(features)).toEqual(model.judge(features));
    expect(new DecisionModel(PRIORS, { mean: [1], covariance: [1] }).judge(features)).toEqual(
      new DecisionModel(PRIORS).judge(features),
    );
  });

  it("doubts what it knew, and believes the same", () => {
    const { model } = live({ labels: 300, noise: 0, seed: 4 });
    const features = [1, 0.9, 0.9, 0];
    const before = model.judge(features);
    model.doubt();
    expect(model.judge(features).mean).toBe(before.mean);
    expect(model.judge(features).low).toBeLessThan(before.low);
  });
});
