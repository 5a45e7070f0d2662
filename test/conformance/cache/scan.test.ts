import { expect, it } from "vitest";
import { startScanWorker } from "../../../bench/scan/scan-worker.ts";
import { drawVectors } from "../../../bench/scan/draw-vectors.ts";
import { loadScanKernel } from "../../../src/cli/scan-kernel.ts";
import { quantise } from "../../../src/core/cache/index/quantise.ts";
import { VectorPages } from "../../../src/core/cache/index/vector-pages.ts";

it("searches in plain workerd, as bundled for `fairlead serve`, and finds what is found here", async () => {
  const [entries, dimensions] = [500, 384];
  const draw = drawVectors(dimensions);
  const next = (): Int8Array => quantise(draw(), dimensions) ?? new Int8Array(0);
  const index = new VectorPages(dimensions, loadScanKernel());
  for (let entry = 0; entry < entries; entry += 1) index.add(1, entry, next());
  const worker = await startScanWorker();
  try {
    await worker.fill(entries, dimensions);
    expect(await worker.scan(1)).toEqual(index.scan(next(), { scope: 1, most: 5, isLive: () => true }));
  } finally {
    await worker.close();
  }
});
