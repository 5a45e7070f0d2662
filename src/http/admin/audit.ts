import { decodeAuditHead } from "../../core/audit/decode-audit.ts";
import type { AdminCall } from "./admin-deps.ts";

/** `next` is the next page's `after`; null at the end. */
export async function listAudit({ deps, query }: AdminCall<"listAudit">): Promise<Response> {
  const entries = await deps.audit.page(query.after, query.limit);
  return Response.json({ entries, next: entries.length < query.limit ? null : (entries.at(-1)?.seq ?? null) });
}

export async function verifyAudit({ deps, query }: AdminCall<"verifyAudit">): Promise<Response> {
  const head = query.head === undefined ? null : decodeAuditHead(query.head);
  return Response.json(await deps.audit.verify(head === null ? [] : [head]));
}
