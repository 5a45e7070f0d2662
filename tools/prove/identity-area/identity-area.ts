import type { Area } from "../row.ts";
import { createAdminRows } from "./admin-rows.ts";
import { createCallerRows } from "./caller-rows.ts";
import { createExactnessRows } from "./exactness-rows.ts";
import { createIdempotencyRows } from "./idempotency-rows.ts";
import { createKeyRows } from "./key-rows.ts";
import { createKillRows } from "./kill-rows.ts";
import { createLimitedRows } from "./limited-rows.ts";
import { createMixedRows } from "./mixed-rows.ts";
import { createPhantomRows } from "./phantom-rows.ts";
import { createStoreRows } from "./store-rows.ts";
import { createUsageRows } from "./usage-rows.ts";

/** Who may call, how much, and what it cost. */
export function createIdentityArea(): Area {
  const admin = createAdminRows();
  return {
    rows: [
      ...createExactnessRows(),
      ...createStoreRows(),
      ...createKillRows(),
      ...createPhantomRows(),
      ...createMixedRows(),
      ...createUsageRows(),
      ...createIdempotencyRows(),
      ...createKeyRows(),
      ...createCallerRows(),
      ...admin.rows,
      ...createLimitedRows(),
    ],
    close: () => admin.close(),
  };
}
