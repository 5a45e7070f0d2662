import type { AdminRouteId } from "../admin-routes.ts";
import type { Answer } from "./answer-schema.ts";
import { AUDIT_ANSWERS } from "./audit-answers.ts";
import { CACHE_ANSWERS } from "./cache-answers.ts";
import { CONTROL_ANSWERS } from "./control-answers.ts";
import { KEY_ANSWERS } from "./key-answers.ts";
import { USAGE_ANSWERS } from "./usage-answers.ts";

/** What each operation answers when it succeeds. The Worker does not need it, and does not hold it. */
export const ADMIN_ANSWERS: Readonly<Record<AdminRouteId, Answer>> = {
  ...USAGE_ANSWERS,
  ...CONTROL_ANSWERS,
  ...KEY_ANSWERS,
  ...CACHE_ANSWERS,
  ...AUDIT_ANSWERS,
};
