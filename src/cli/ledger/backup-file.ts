import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as z from "zod";
import { readBackupLines } from "../../core/ledger/backup.ts";
import { parseRecord } from "../../core/json/parse-record.ts";

/** The first line of saved books. */
const headSchema = z.object({ fairlead: z.literal("ledger"), version: z.literal(1), tenant: z.string(), at: z.number() });
export type BackupHead = z.output<typeof headSchema>;

const endSchema = z.object({ end: z.number() });

export function headLine(tenant: string, at: number): string {
  return JSON.stringify({ fairlead: "ledger", version: 1, tenant, at } satisfies BackupHead);
}

/** The last line: how many records stand before it. */
export function endLine(records: number): string {
  return JSON.stringify({ end: records });
}

/** @throws Error where a file's first line is none of saved books, or of a version that this one does not know */
export function readHead(line: string): BackupHead {
  const record = parseRecord(line);
  if (record?.["fairlead"] !== "ledger")
    throw new Error('The file holds no books: its first line must say {"fairlead":"ledger",…}.');
  const head = headSchema.safeParse(record);
  if (!head.success)
    throw new Error(`Books of version ${String(record["version"])} cannot be read by this fairlead, which knows version 1.`);
  return head.data;
}

/**
 * Reads a file of saved books to its end without keeping it: its head, and how many records it holds.
 * @throws Error where it is none, cut off, or has a line that is no record
 */
export async function checkBackup(path: string): Promise<{ readonly head: BackupHead; readonly records: number }> {
  let head: BackupHead | null = null;
  let lines = 0;
  let last = "";
  for await (const line of linesOf(path)) {
    head ??= readHead(line);
    // Of each line but the first and the last it is known that it is a record.
    if (lines > 1 && "wrongLine" in readBackupLines([last])) throw new Error(`Line ${lines} of the file is no record of books.`);
    lines += 1;
    last = line;
  }
  if (head === null) throw new Error("The file is empty.");
  const end = endSchema.safeParse(parseRecord(last));
  const records = lines - 2;
  if (!end.success || end.data.end !== records)
    throw new Error("The file is cut off: its last line does not say how many records it holds.");
  return { head, records };
}

/** Its records, as lines, in parts of at most so many characters. */
export async function* partsOf(path: string, mostCharacters: number): AsyncGenerator<readonly string[]> {
  let part: string[] = [];
  let characters = 0;
  for await (const line of linesOf(path)) {
    const record = parseRecord(line);
    if (record === null || "fairlead" in record || "end" in record) continue;
    if (part.length > 0 && characters + line.length > mostCharacters) {
      yield part;
      [part, characters] = [[], 0];
    }
    part.push(line);
    characters += line.length + 1;
  }
  yield part;
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
}
