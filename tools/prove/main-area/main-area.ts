import type { Area } from "../row.ts";
import { createBenchRows } from "./bench-rows.ts";
import { createCloneRows } from "./clone-rows.ts";
import { createFaultRows } from "./fault-rows.ts";
import { createHostileRows } from "./hostile-rows.ts";
import { createPolicyRows } from "./policy-rows.ts";
import { createReplayRows } from "./replay-rows.ts";
import { createSdkRows } from "./sdk-rows.ts";

/** The router's main job: from a fresh clone to an answer, what clients see of faults, speed, hostile input, policies, README. */
export function createMainArea(): Area {
  const clone = createCloneRows();
  return {
    rows: [
      ...clone.rows,
      ...createSdkRows(),
      ...createReplayRows(),
      ...createFaultRows(),
      ...createHostileRows(),
      ...createBenchRows(),
      ...createPolicyRows(),
    ],
    close: clone.close,
  };
}
