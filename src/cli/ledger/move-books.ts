import { rename } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import * as z from "zod";
import type { AdminClient } from "../admin-client.ts";
import { checkBackup, endLine, headLine, partsOf } from "./backup-file.ts";

const stateSchema = z.object({
  at: z.number(),
  pieces: z.array(z.record(z.string(), z.unknown())),
  leases: z.array(z.record(z.string(), z.unknown())),
});
const pageSchema = z.object({ rows: z.array(z.looseObject({ at: z.number() })), next: z.string().nullable() });

const ROWS_A_PAGE = 1_000;
/** A body may have a mebibyte, in which quotes take two. */
const PART_CHARACTERS = 400_000;

/**
 * Writes a tenant's books to a file, as they stand at one moment: a request that ends meanwhile is under way in them. The file is
 * there when it is whole. Resolves with the number of records.
 */
export async function exportBooks(client: AdminClient, tenant: string, path: string): Promise<number> {
  const query = `tenant=${encodeURIComponent(tenant)}`;
  const state = stateSchema.parse(await client.call("GET", `/admin/api/ledger/state?${query}`));
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished, { mode: 0o600 });
  await once(file, "open");
  let records = 0;
  const write = async (line: string): Promise<void> => {
    if (!file.write(`${line}\n`)) await once(file, "drain");
  };
  const record = async (value: object): Promise<void> => {
    records += 1;
    await write(JSON.stringify(value));
  };
  await write(headLine(tenant, state.at));
  for (const piece of state.pieces) await record({ piece });
  for (const lease of state.leases) await record({ lease });
  for (let after: string | null = ""; after !== null;) {
    const address: string = `/admin/api/ledger/rows?${query}&limit=${ROWS_A_PAGE}&after=${encodeURIComponent(after)}`;
    const page = pageSchema.parse(await client.call("GET", address));
    for (const row of page.rows) if (row.at <= state.at) await record({ row });
    after = page.next;
  }
  await write(endLine(records));
  file.end();
  await once(file, "close");
  await rename(unfinished, path);
  return records;
}

/**
 * Puts the books of a file into those of its tenant: into empty ones, or with `replace` instead of what is there. The file is
 * read to its end before anything is sent. Resolves with what it held.
 */
export async function importBooks(client: AdminClient, path: string, replace: boolean) {
  const { head, records } = await checkBackup(path);
  let begin = replace ? "replace" : "empty";
  for await (const part of partsOf(path, PART_CHARACTERS)) {
    await client.call("POST", `/admin/api/ledger/restore?tenant=${encodeURIComponent(head.tenant)}`, {
      begin,
      records: part.join("\n"),
    });
    begin = "no";
  }
  return { ...head, records };
}
