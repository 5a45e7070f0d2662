import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { WORKER } from "../../../src/adapters/bindings.ts";

/** The books of all tenants as they are on the disk, read past the object that keeps them. */
export interface BooksOnDisk {
  readonly pieces: readonly PieceOnDisk[];
  /** Ids of requests and slices that still hold something. */
  readonly leases: readonly string[];
  readonly rows: readonly RowOnDisk[];
}

export type PieceOnDisk = z.output<typeof pieceSchema>;
export type RowOnDisk = z.output<typeof rowSchema>;

const pieceSchema = z.object({ account: z.string(), start: z.number(), used: z.number(), reserved: z.number() });
const leaseSchema = z.object({ id: z.string() });
const entrySchema = z.object({ key: z.string(), meter: z.string(), start: z.number(), amount: z.number() });
const bodySchema = z.object({ entries: z.array(entrySchema), facts: z.unknown() });
const rowSchema = z
  .object({ id: z.string(), at: z.number(), state: z.string(), body: z.string() })
  .transform(({ body, ...row }) => ({ ...row, ...bodySchema.parse(JSON.parse(body)) }));

const { uniqueKey = "" } = WORKER.objects.find(({ className }) => className === "TenantLedger") ?? {};

/** `stateDirectory`: that of an object host, running or not. */
export async function readBooks(stateDirectory: string): Promise<BooksOnDisk> {
  const directory = join(stateDirectory, uniqueKey);
  const files = (await readdir(directory)).filter((file) => file.endsWith(".sqlite") && file !== "metadata.sqlite");
  const books = files.map((file) => readOne(join(directory, file)));
  return {
    pieces: books.flatMap(({ pieces }) => pieces),
    leases: books.flatMap(({ leases }) => leases),
    rows: books.flatMap(({ rows }) => rows),
  };
}

function readOne(file: string): BooksOnDisk {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return {
      pieces: z.array(pieceSchema).parse(database.prepare("SELECT account, start, used, reserved FROM pieces").all()),
      leases: z
        .array(leaseSchema)
        .parse(database.prepare("SELECT id FROM leases").all())
        .map(({ id }) => id),
      rows: z.array(rowSchema).parse(database.prepare("SELECT id, at, state, body FROM rows").all()),
    };
  } finally {
    database.close();
  }
}

/** Pieces of accounts whose used amount is not what the rows say, as text. */
export function driftOf({ pieces, rows }: BooksOnDisk): readonly string[] {
  const sums = new Map<string, number>();
  for (const { amount, key, start } of rows.flatMap(({ entries }) => entries)) {
    const name = `${key} ${start}`;
    sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  return pieces.flatMap(({ account, start, used }) => {
    const sum = sums.get(`${account} ${start}`) ?? 0;
    return sum === used ? [] : [`${account}: ${used} used, ${sum} in rows`];
  });
}
