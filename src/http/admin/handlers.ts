import type { AdminRouteId } from "../../core/admin/admin-routes.ts";
import type { AdminHandler } from "./admin-deps.ts";
import { listAudit, verifyAudit } from "./audit.ts";
import { eraseFromCache, purgeCache, showCache } from "./cache.ts";
import { changeKills, changeRollout, listKills, showRollout } from "./control.ts";
import { explainCache } from "./explain-cache.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "./keys.ts";
import { listRequests, showHealth } from "./observe.ts";
import { listLedgerRows, restoreLedger, showLedgerState } from "./ledger.ts";
import { reportUsage } from "./usage.ts";

/** What answers each route of the table. Who may call it, and what it is given, has been checked. */
export const ADMIN_HANDLERS: { readonly [Id in AdminRouteId]: AdminHandler<Id> } = {
  listRequests,
  reportUsage,
  listLedgerRows,
  showLedgerState,
  restoreLedger,
  showHealth,
  showRollout,
  changeRollout,
  listKills,
  changeKills,
  listKeys,
  createKey,
  rotateKey,
  revokeKey,
  showCache,
  explainCache,
  purgeCache,
  eraseFromCache,
  listAudit,
  verifyAudit,
};
