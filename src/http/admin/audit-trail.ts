import type { AdminInput, AdminRouteId } from "../../core/admin/admin-routes.ts";
import type { Administrator } from "../../core/admin/admin-roles.ts";
import { type AuditDraft, type AuditEntry, auditLine } from "../../core/audit/audit-entry.ts";
import { ERROR_TABLE, FairleadError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/policy/canonical-json.ts";
import { sha256Hex } from "../../core/sha256-hex.ts";
import type { Run } from "../../pipeline/deps.ts";
import type { AdminDeps } from "./admin-deps.ts";

/** Longer texts, such as compiled policies, are kept as their digest. */
const LONGEST_TEXT = 512;
/** Longer input is kept as its digest as a whole. */
const LONGEST_INPUT = 4_096;
const FAILED_FROM = 500;

interface Trailed {
  readonly administrator: Administrator;
  readonly action: AdminRouteId;
  readonly method: string;
}

/** What is written of one call that changes something: that it begins, and how it ended. Each part rejects when it could not be kept. */
export class AuditTrail {
  readonly #trailed: Trailed;
  readonly #deps: Pick<AdminDeps, "audit" | "log">;
  readonly #run: Run;
  #input: string | null = null;
  #before: unknown = null;
  #after: unknown = null;

  constructor(trailed: Trailed, deps: Pick<AdminDeps, "audit" | "log">, run: Run) {
    this.#trailed = trailed;
    this.#deps = deps;
    this.#run = run;
  }

  changed(before: unknown, after: unknown): void {
    this.#before = before;
    this.#after = after;
  }

  /** Before anything is done. @throws FairleadError `audit_unavailable`: then nothing may be */
  async begin({ body, query }: AdminInput): Promise<void> {
    this.#input = await toText(Object.assign({}, query, body));
    await this.#append("begun", null).catch((cause: unknown) => {
      throw unavailable("The audit log cannot be reached, so nothing was done.", cause);
    });
  }

  /** @throws FairleadError `audit_unavailable`: it was done, and this is not written down */
  done(): Promise<AuditEntry> {
    return this.#append("done", null).catch((cause: unknown) => {
      throw unavailable("It was done. That it begins is in the audit log, that it is done could not be written any more.", cause);
    });
  }

  /** @throws FairleadError `audit_unavailable` */
  async end(error: unknown): Promise<void> {
    const code = error instanceof FairleadError ? error.code : "internal_error";
    const outcome = ERROR_TABLE[code].status >= FAILED_FROM ? "failed" : "refused";
    await this.#append(outcome, code).catch((cause: unknown) => {
      throw unavailable(`It was ${outcome} (${code}); the audit log cannot be reached to say so.`, cause);
    });
  }

  async #append(outcome: AuditDraft["outcome"], code: string | null): Promise<AuditEntry> {
    const { action, administrator, method } = this.#trailed;
    const entry = await this.#deps.audit.append({
      requestId: this.#run.requestId,
      actor: administrator.name,
      keyId: administrator.keyId,
      action,
      resource: `${method} ${this.#run.path}`,
      outcome,
      code,
      input: this.#input,
      before: await digestOf(this.#before),
      after: await digestOf(this.#after),
    });
    this.#deps.log(auditLine(entry));
    return entry;
  }
}

async function toText(input: object): Promise<string> {
  const members = Object.entries(input).map(async ([name, value]) => [
    name,
    typeof value === "string" && value.length > LONGEST_TEXT ? `sha256:${await sha256Hex(value)}` : (value as unknown),
  ]);
  const text = JSON.stringify(Object.fromEntries(await Promise.all(members)));
  return text.length > LONGEST_INPUT ? `sha256:${await sha256Hex(text)}` : text;
}

async function digestOf(state: unknown): Promise<string | null> {
  return state === null || state === undefined ? null : await sha256Hex(canonicalJson(state));
}

function unavailable(message: string, cause: unknown): FairleadError {
  return new FairleadError("audit_unavailable", message, { cause });
}
