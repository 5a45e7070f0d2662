import type { Area } from "../row.ts";
import { createFlowRows } from "./flow-rows.ts";
import { createIndexRows } from "./index-rows.ts";
import { createJudgeRows } from "./judge-rows.ts";
import { createScopeRows } from "./scope-rows.ts";
import { createStoreRows } from "./store-rows.ts";
import { createTextRows } from "./text-rows.ts";

/** Whose answers are given again, how fast they are found, and that they are right. */
export function createCacheArea(): Area {
  const judge = createJudgeRows();
  return {
    rows: [
      ...createFlowRows(),
      ...createScopeRows(),
      ...createTextRows(),
      ...judge.rows,
      ...createIndexRows(),
      ...createStoreRows(),
    ],
    close: () => judge.close(),
  };
}
