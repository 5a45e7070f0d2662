import { runSticky } from "../../../test/conformance/routing/sticky.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { Area } from "../row.ts";
import { createCoreRows } from "./core-rows.ts";
import { createDecisionRows } from "./decision-rows.ts";
import { createEjectionRows } from "./ejection-rows.ts";
import { createFailoverRows } from "./failover-rows.ts";
import { createHedgingRows } from "./hedging-rows.ts";
import { createOverloadRows } from "./overload-rows.ts";
import { createRefusalRows } from "./refusal-rows.ts";
import { createRetryRows } from "./retry-rows.ts";
import { createSpreadRows } from "./spread-rows.ts";

/** Who answers, and who answers when that one cannot: over several processes and one hub. */
export function createRoutingArea(): Area {
  const stickyRun = once(() => runSticky(ROUTING_LIMITS.sticky));
  return {
    rows: [
      ...createCoreRows(),
      ...createFailoverRows(),
      ...createHedgingRows(),
      ...createRetryRows(),
      ...createEjectionRows(),
      ...createRefusalRows(),
      ...createOverloadRows(),
      ...createSpreadRows(stickyRun),
      ...createDecisionRows(stickyRun),
    ],
    close: () => Promise.resolve(),
  };
}
