import type { AdminRoute } from "../../core/admin/admin-route.ts";
import { type Administrator, isPermitted, mayReach } from "../../core/admin/admin-roles.ts";
import { FairleadError } from "../../core/errors.ts";

/** Decides on a matched route, whatever its path. @throws FairleadError `forbidden` */
export function authoriseAdmin(administrator: Administrator, { permission, reach }: AdminRoute): void {
  if (!isPermitted(administrator, permission)) {
    throw new FairleadError("forbidden", `This needs the permission ${permission}, which your roles do not give.`);
  }
  if (reach === "deployment" && administrator.tenants !== null) {
    throw new FairleadError("forbidden", "This concerns all tenants; your key is for some.");
  }
}

/** What another tenant has is not there, and neither is what nobody has. @throws FairleadError `not_found` */
export function requireReach(administrator: Administrator, tenant: string | null): void {
  const isThere = tenant === null ? administrator.tenants === null : mayReach(administrator, tenant);
  if (!isThere) throw new FairleadError("not_found", "There is nothing by this name.");
}

/**
 * Keys are sent by programs. A browser sends none by itself, and one that was told to says where it was told: another
 * site's page is refused even with a key. Where it says so itself (`sec-fetch-site`), its origin may be that of a proxy in front of us.
 * @throws FairleadError `forbidden` @see attack E05
 */
export function refuseOtherSites(headers: ReadonlyMap<string, string>, ownOrigin: string): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const isOwn = site === undefined ? origin === undefined || origin === ownOrigin : site === "same-origin" || site === "none";
  if (!isOwn) throw new FairleadError("forbidden", "The admin API answers no other site's pages.");
}
