import { FairleadError } from "../../core/errors.ts";
import { readBackupLines } from "../../core/ledger/backup.ts";
import { cursorText, readCursor } from "../../core/ledger/row-page.ts";
import type { AdminCall } from "./admin-deps.ts";
import { instantOf, invalid } from "./usage.ts";

export async function listLedgerRows({ deps, query, run }: AdminCall<"listLedgerRows">): Promise<Response> {
  const { limit, tenant } = query;
  const after = query.after === "" ? null : readCursor(query.after);
  if (query.after !== "" && after === null) throw invalid("after", "'after' must be the 'next' of a page.");
  const to = instantOf("to", query.to, "UTC") ?? run.now() + 1;
  const from = instantOf("from", query.from, "UTC") ?? 0;
  await deps.books.flush(tenant, run);
  const { next, rows } = await deps.records.rows(tenant, { from, to, after, limit });
  return Response.json({ rows, next: next === null ? null : cursorText(next) });
}

export async function showLedgerState({ deps, query, run }: AdminCall<"showLedgerState">): Promise<Response> {
  await deps.books.flush(query.tenant, run);
  return Response.json(await deps.records.state(query.tenant));
}

export async function restoreLedger({ body, deps, query }: AdminCall<"restoreLedger">): Promise<Response> {
  const lines = body.records.split("\n").filter((line) => line !== "");
  const part = readBackupLines(lines);
  if ("wrongLine" in part) throw invalid("records", `Line ${part.wrongLine} of 'records' is no record of saved books.`);
  const restored = await deps.records.restore(query.tenant, { ...part, begin: body.begin });
  if (restored.kind === "not_empty") {
    throw new FairleadError(
      "conflict",
      `The books of '${query.tenant}' are not empty. 'begin: replace' lets go of what is there.`,
    );
  }
  return Response.json({ restored: lines.length });
}
