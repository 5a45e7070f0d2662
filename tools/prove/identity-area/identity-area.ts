import type { Area } from "../row.ts";
import { createExactnessRows } from "./exactness-rows.ts";
import { createKillRows } from "./kill-rows.ts";

/** Who may call, how much, and what it cost. */
export function createIdentityArea(): Area {
  return { rows: [...createExactnessRows(), ...createKillRows()], close: () => Promise.resolve() };
}
