import type { KeyEnvironment } from "../../core/api-key.ts";
import type { AdminInput, AdminRouteId } from "../../core/admin/admin-routes.ts";
import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import type { Administrator } from "../../core/admin/admin-roles.ts";
import type { OpenedDocument } from "../../core/policy/open-document.ts";
import type { LedgerBackup } from "../../ports/ledger-backup.ts";
import type { LedgerRecords } from "../../ports/ledger-records.ts";
import type { AnswerAdmin } from "../../ports/answer-admin.ts";
import type { AuditLog } from "../../ports/audit-log.ts";
import type { Deps, Run } from "../../pipeline/deps.ts";

/** What the admin API uses beside what the pipeline does. */
export interface AdminDeps {
  /** `v1:<hex>` of the bootstrap admin key; undefined when there is none. */
  readonly adminKeyHash: string | undefined;
  /** Digest of the policy that this Worker was built with. */
  readonly bundledDigest: string;
  /** Of the policy that this Worker was built with. */
  readonly consumers: readonly CompiledConsumer[];
  /** A new API key, as its caller sends it. */
  readonly newApiKey: (environment: KeyEnvironment) => string;
  readonly audit: AuditLog;
  /** Writes a line to the platform's log. */
  readonly log: (line: string) => void;
  readonly records: LedgerRecords & LedgerBackup;
  /** Null where answers are kept in isolates alone. */
  readonly answerAdmin: AnswerAdmin | null;
  readonly openDocument: (text: string) => Promise<OpenedDocument>;
}

/** One call of a route, its input read by the route's schemas. */
export interface AdminCall<Id extends AdminRouteId = AdminRouteId> extends AdminInput<Id> {
  readonly administrator: Administrator;
  readonly deps: Deps & AdminDeps;
  readonly run: Run;
  /** Says what was there, and what is now, for the audit log to keep its digest; null: nothing. */
  readonly changed: (before: unknown, after: unknown) => void;
}

export type AdminHandler<Id extends AdminRouteId> = (call: AdminCall<Id>) => Promise<Response>;
