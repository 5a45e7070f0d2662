import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { runLedger } from "../../../src/cli/ledger.ts";
import type { LedgerState } from "../../../src/core/ledger/backup.ts";
import { askAdmin } from "../faults/ask-router.ts";
import { startUsageLab, type UsageLab } from "./usage-lab.ts";

export interface RoundTripSeen {
  readonly rows: number;
  /** The books of another router, that were empty: the same rows, the same report, the same accounts. */
  readonly hasRows: boolean;
  readonly hasReport: boolean;
  readonly hasState: boolean;
  readonly accounts: number;
}

/** Moves the books of a router into those of another one, through a file. @throws Error where a command fails */
export async function runRoundTrip(lab: UsageLab): Promise<RoundTripSeen> {
  const file = join(lab.directory, "moved.jsonl");
  await runAt(lab, "export", file);
  const other = await startUsageLab();
  try {
    await runAt(other, "import", file);
    const [rows, moved] = [await lab.rows(), await other.rows()];
    const [report, movedReport] = await Promise.all([lab, other].map(reportOf));
    const [state, movedState] = await Promise.all([lab, other].map(stateOf));
    return {
      rows: moved.length,
      hasRows: moved.length > 0 && isDeepStrictEqual(moved, rows),
      hasReport: isDeepStrictEqual(movedReport, report),
      hasState: isDeepStrictEqual(movedState, state),
      accounts: movedState?.pieces.length ?? 0,
    };
  } finally {
    await other.close();
  }
}

async function runAt({ directory, router }: UsageLab, action: "export" | "import", file: string): Promise<void> {
  const told: string[] = [];
  const note = (line: string): void => void told.push(line);
  const io = { env: {}, cwd: directory, out: note, err: note };
  const code = await runLedger([action, file, "--url", router.url, "--admin-key", router.adminKey], io);
  if (code !== 0) throw new Error(told.join("\n"));
}

async function reportOf({ router }: UsageLab): Promise<unknown> {
  const { groups } = (await askAdmin(router, "/admin/api/usage?by=key,target,state")) as { groups: unknown }; // our own API
  return groups;
}

async function stateOf({ router }: UsageLab): Promise<Pick<LedgerState, "pieces" | "leases">> {
  const { leases, pieces } = (await askAdmin(router, "/admin/api/ledger/state")) as LedgerState; // our own API
  return { leases, pieces };
}
