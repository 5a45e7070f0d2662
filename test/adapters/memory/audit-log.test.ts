import { describe } from "vitest";
import { createMemoryAuditLog } from "../../../src/adapters/memory/audit-log.ts";
import { auditLogContract } from "../../ports/audit-log.contract.ts";

describe("memory audit log", () => {
  auditLogContract(() => createMemoryAuditLog(() => Date.now()));
});
