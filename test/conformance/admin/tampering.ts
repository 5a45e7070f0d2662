import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runAudit } from "../../../src/cli/audit.ts";
import { sealEntry } from "../../../src/core/audit/audit-chain.ts";
import { decodeAuditEntry } from "../../../src/core/audit/decode-audit.ts";
import { parseRecord } from "../../../src/core/json/parse-record.ts";
import type { AdminLab } from "./admin-lab.ts";

export interface TamperingFigures {
  /** The export as it came was found intact. */
  readonly intact: boolean;
  readonly entries: number;
  readonly ways: number;
  /** Exports that were tampered with. */
  readonly exports: number;
  /** Ways of tampering after which the export was still found intact. */
  readonly unnoticed: readonly string[];
  /** Of the last answer, by which a cut end is told. */
  readonly head: string;
}

type Tamper = (lines: readonly string[], at: number) => readonly string[] | Promise<readonly string[]>;

const WAYS: Readonly<Record<string, Tamper>> = {
  "deletes an entry": (lines, at) => lines.toSpliced(at, 1),
  "deletes the first": (lines) => lines.slice(1),
  "cuts the end off": (lines, at) => lines.slice(0, at),
  "cuts the last entry off": (lines) => lines.slice(0, -1),
  "swaps two": (lines, at) => lines.toSpliced(at, 2, lines[at + 1] ?? "", lines[at] ?? ""),
  "repeats one": (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ""),
  "names another actor": (lines, at) => lines.with(at, (lines[at] ?? "").replace(/"actor":"[^"]*"/, '"actor":"mallory"')),
  "garbles one": (lines, at) => lines.with(at, "{}"),
  "writes all anew from one on": async (lines, at) => {
    const chain = lines.map((line) => decodeAuditEntry(parseRecord(line))).filter((entry) => entry !== null);
    for (let index = at; index < chain.length; index += 1) {
      const [before, entry] = [chain[index - 1], chain[index]];
      if (before === undefined || entry === undefined) throw new Error("There is nothing to write anew.");
      const { at: time, hash: _, prevHash: __, seq: ___, ...draft } = entry;
      chain[index] = await sealEntry({ ...draft, actor: "mallory" }, before, time);
    }
    return chain.map((entry) => JSON.stringify(entry));
  },
};

interface TamperingOptions {
  /** Each makes two entries. */
  readonly changes: number;
  /** Where exports are written. */
  readonly directory: string;
}

/** Makes entries at a router, exports them, and verifies offline what each way of tampering, at each place, makes of the export. */
export async function runTampering(lab: AdminLab, { changes, directory }: TamperingOptions): Promise<TamperingFigures> {
  let head = "";
  for (let index = 0; index < changes; index += 1) {
    const body = { kind: "model", id: `team-a/model-${index}`, reason: "=HYPERLINK()\r\nADMIN" };
    const answer = await lab.call("operator", "/admin/api/kills", { method: "POST", body });
    head = answer.headers.get("x-fairlead-audit") ?? "";
  }
  const lines = (await audit(directory, ["export", "--url", lab.router.url, "--admin-key", lab.router.adminKey])).out;
  const isIntact = async (written: readonly string[]): Promise<boolean> => {
    await writeFile(join(directory, "tampered.ndjson"), written.join("\n"));
    return (await audit(directory, ["verify", "--file", "tampered.ndjson", "--head", head])).code === 0;
  };
  const unnoticed: string[] = [];
  let exports = 0;
  for (const [way, tamper] of Object.entries(WAYS)) {
    for (let at = 1; at < lines.length - 1; at += 1) {
      exports += 1;
      if (await isIntact(await tamper(lines, at))) unnoticed.push(`${way} (${at})`);
    }
  }
  return { intact: await isIntact(lines), entries: lines.length, ways: Object.keys(WAYS).length, exports, unnoticed, head };
}

async function audit(cwd: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: readonly string[] }> {
  const out: string[] = [];
  const io = { out: (line: string) => void out.push(line), err: () => undefined, env: {}, cwd };
  return { code: await runAudit(args, io), out };
}
