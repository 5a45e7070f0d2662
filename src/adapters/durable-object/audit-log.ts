import type { AuditEntry, AuditVerdict } from "../../core/audit/audit-entry.ts";
import { decodeAuditEntry, encodeAuditHead } from "../../core/audit/decode-audit.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { AuditLog } from "../../ports/audit-log.ts";
import type { ObjectNamespace } from "./objects.ts";

/** The deployment's audit log in its object. */
export function createDurableAuditLog(objects: ObjectNamespace, name: string): AuditLog {
  return {
    async append(draft) {
      return readEntry(await objects.fetch(name, "/append", draft));
    },
    async page(after, limit) {
      const answer = await objects.fetch(name, `/page?after=${after}&limit=${limit}`);
      return Array.isArray(answer) ? answer.map(readEntry) : fail();
    },
    async verify(heads) {
      const query = heads.map((head) => `head=${encodeAuditHead(head)}`).join("&");
      const answer = await objects.fetch(name, `/verify?${query}`);
      return isVerdict(answer) ? answer : fail();
    },
  };
}

function readEntry(value: unknown): AuditEntry {
  return decodeAuditEntry(value) ?? fail();
}

/** Our own object's answer: its outline is looked at. */
function isVerdict(value: unknown): value is AuditVerdict {
  return isRecord(value) && (value["kind"] === "intact" || value["kind"] === "broken");
}

/** @throws Error always */
function fail(): never {
  throw new Error("The audit log did not answer as one does.");
}
