import type { Area } from "../row.ts";
import { createAddingRows } from "./adding-rows.ts";
import { createBenchRows } from "./bench-rows.ts";
import { createCrossingRows } from "./crossing-rows.ts";
import { createDiamondRows } from "./diamond-rows.ts";
import { createPropertyRows } from "./property-rows.ts";
import { createSuiteRows } from "./suite-rows.ts";

/** Any client protocol against any backend. */
export function createProtocolsArea(): Area {
  return {
    rows: [
      ...createDiamondRows(),
      ...createCrossingRows(),
      ...createSuiteRows(),
      ...createPropertyRows(),
      ...createBenchRows(),
      ...createAddingRows(),
    ],
    close: () => Promise.resolve(),
  };
}
