import { expect, it } from "vitest";
import { drawVectors } from "../../../../bench/scan/draw-vectors.ts";
import { cosine, MOST_DIMENSIONS, quantise } from "../../../../src/core/cache/index/quantise.ts";

it.each([
  ["another number of dimensions", [1, 2], 3],
  ["no dimensions", [], 0],
  ["more than any embedder gives", Array.from({ length: MOST_DIMENSIONS + 1 }, () => 1), MOST_DIMENSIONS + 1],
  ["NaN", [1, Number.NaN], 2],
  ["infinity", [1, Number.NEGATIVE_INFINITY], 2],
  ["zeros", [0, -0], 2],
  ["what is as good as zero", [1e-40, 1e-45], 2],
])("takes no vector with %s", (_, vector, dimensions) => {
  expect(quantise(vector, dimensions)).toBeNull();
});

it("keeps a direction whatever the length", () => {
  expect(quantise([0.5, -1, 0.004], 3)).toEqual(Int8Array.of(64, -127, 1));
  expect(quantise([5e29, -1e30, 4e27], 3)).toEqual(Int8Array.of(64, -127, 1));
  expect(quantise([5e-20, -1e-19, 4e-22], 3)).toEqual(Int8Array.of(64, -127, 1));
});

it("changes cosines by less than 0.005", () => {
  const draw = drawVectors(384);
  for (let pair = 0; pair < 300; pair += 1) {
    const [one, noise] = [draw(), draw()];
    const other = one.map((value, at) => value * (pair / 300) + (noise[at] ?? 0) * (1 - pair / 300));
    const [small, smallOther] = [quantise(one, 384), quantise(other, 384)];
    if (small === null || smallOther === null) throw new Error("Both have a direction.");
    expect(Math.abs(cosine(small, smallOther) - exactCosine(one, other))).toBeLessThan(0.005);
  }
});

function exactCosine(one: Float32Array, other: Float32Array): number {
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
}

function product(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}
