import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ChainCheck } from "../core/audit/audit-chain.ts";
import type { AuditEntry, AuditHead, AuditVerdict } from "../core/audit/audit-entry.ts";
import { decodeAuditEntry, decodeAuditHead, encodeAuditHead } from "../core/audit/decode-audit.ts";
import { parseRecord } from "../core/json/parse-record.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";
import { tryParse } from "./try-parse.ts";

export const AUDIT_USAGE = `fairlead audit export > audit.ndjson       the audit log, an entry a line
fairlead audit verify [--file FILE]        follows its chain, of a router or offline of an export; exit 1 where it is broken
  --head SEQ:HASH  noted earlier, as answers carry it in x-fairlead-audit; several are allowed. Only by one can a cut end be told
${ADMIN_USAGE}`;

const PAGE = 1_000;
const OPTIONS = { ...ADMIN_OPTIONS, file: { type: "string" }, head: { type: "string", multiple: true } } as const;

interface AuditArguments {
  readonly action: "export" | "verify";
  readonly file: string | undefined;
  readonly heads: readonly AuditHead[];
  readonly admin: { readonly url: string; readonly "admin-key"?: string | undefined };
}

/** Takes the audit log along, or follows its chain. */
export async function runAudit(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${AUDIT_USAGE}`);
    return EXIT.usage;
  }
  const { action, file, heads } = parsed.value;
  try {
    const pages = file === undefined ? pagesOfRouter(parsed.value, io) : pagesOfFile(resolve(io.cwd, file));
    return action === "export" ? await print(pages, io) : report(await follow(pages, heads), io);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

function readArguments(args: readonly string[]): AuditArguments {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action, ...rest] = positionals;
  if ((action !== "export" && action !== "verify") || rest.length > 0) throw new Error("Say export or verify.");
  if (action === "export" && values.file !== undefined) throw new Error("export asks a router; send its output into a file.");
  const heads = (values.head ?? []).map((text) => {
    const head = decodeAuditHead(text);
    if (head === null) throw new Error(`--head is SEQ:HASH, with 64 hex digits, not '${text}'.`);
    return head;
  });
  return { action, file: values.file, heads, admin: values };
}

/** As they came: what is no entry is judged by who reads it. */
async function* pagesOfRouter({ admin }: AuditArguments, io: CliIo): AsyncGenerator<readonly unknown[]> {
  const client = await createAdminClient(admin, io);
  for (let after = 0; ;) {
    const { entries, next } = await client.call("GET", `/admin/api/audit?after=${after}&limit=${PAGE}`);
    if (!Array.isArray(entries)) throw new Error("The router did not answer with an audit log.");
    yield entries;
    if (typeof next !== "number") return;
    after = next;
  }
}

async function* pagesOfFile(path: string): AsyncGenerator<readonly unknown[]> {
  const lines = (await readFile(path, "utf8")).split("\n");
  yield lines.filter((line) => line !== "").map(parseRecord);
}

async function print(pages: AsyncIterable<readonly unknown[]>, io: CliIo): Promise<number> {
  let count = 0;
  for await (const page of pages) {
    for (const entry of page) io.out(JSON.stringify(entry));
    count += page.length;
  }
  io.err(`${count} entries.`);
  return EXIT.done;
}

async function follow(pages: AsyncIterable<readonly unknown[]>, heads: readonly AuditHead[]): Promise<AuditVerdict> {
  const check = new ChainCheck(heads);
  let count = 0;
  for await (const page of pages) {
    const entries = page.map(decodeAuditEntry);
    const end = entries.indexOf(null);
    const readable = entries.slice(0, end === -1 ? entries.length : end).filter((entry): entry is AuditEntry => entry !== null);
    if (!(await check.follow(readable))) break;
    count += readable.length;
    if (end !== -1) return { kind: "broken", seq: count + 1, why: "it is no entry" };
  }
  return check.verdict();
}

function report(verdict: AuditVerdict, io: CliIo): number {
  if (verdict.kind === "broken") {
    io.err(`Broken at entry ${verdict.seq}: ${verdict.why}.`);
    return EXIT.refused;
  }
  io.out(`Intact: ${verdict.entries} entries. Its head, to be noted elsewhere: ${encodeAuditHead(verdict.head)}`);
  return EXIT.done;
}
