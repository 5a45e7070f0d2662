import { decodeLedgerState, type LedgerState, type RestorePart, type SavedLease } from "../../core/ledger/backup.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { LedgerRow } from "../../core/ledger/book-store.ts";
import { startOf } from "../../core/ledger/row-facts.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { LedgerBackup } from "../../ports/ledger-backup.ts";
import { RESTORE_SCRIPT, STATE_SCRIPT } from "./backup-scripts.ts";

/** The books in Redis, taken out and put back. What `@upstash/ratelimit` counts is not in them. */
export function createUpstashBackup(redis: {
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}): LedgerBackup {
  return {
    async state(tenant) {
      const said = await redis.eval(STATE_SCRIPT, prefixOf(tenant), []);
      const state = decodeLedgerState(toState(typeof said === "string" ? JSON.parse(said) : said));
      if (state === null) throw new Error("The ledger in Redis did not answer as a ledger does.");
      return state;
    },
    async restore(tenant, part) {
      const said = await redis.eval(RESTORE_SCRIPT, prefixOf(tenant), [part.begin, JSON.stringify(toWire(part))]);
      return { kind: Number(said) === 1 ? "restored" : "not_empty" };
    },
  };
}

function prefixOf(tenant: string): string[] {
  return [`{${storageKey(tenant, "ledger")}}`];
}

function toWire({ leases, pieces, rows }: RestorePart): object {
  return {
    pieces: pieces.map(({ account, reserved, start, used }) => [account, String(start), String(used), String(reserved)]),
    leases: leases.map((lease) => [lease.id, String(lease.expiresAt), JSON.stringify(toLease(lease))]),
    rows: rows.map((row) => [row.id, String(startOf(row)), JSON.stringify(toRow(row))]),
  };
}

/** As the ledger's script keeps them: facts are text. */
function toLease({ facts, held, id }: SavedLease): object {
  const parts = held.map(({ account, ...part }) => ({ ...account, ...part }));
  return { id, held: parts, facts: JSON.stringify(facts) };
}

function toRow({ at, entries, facts, state }: LedgerRow): object {
  return { at, state, entries, facts: JSON.stringify(facts) };
}

function toState(said: unknown): unknown {
  if (!isRecord(said) || !Array.isArray(said["pieces"]) || !Array.isArray(said["leases"])) return null;
  const pieces = new Map<string, LedgerState["pieces"][number]>();
  for (const [account, field, count] of said["pieces"].filter((each) => Array.isArray(each)).map((each) => each.map(String))) {
    const start = Number(field?.slice(0, -1));
    const place = `${start} ${account}`;
    const piece = pieces.get(place) ?? { account: account ?? "", start, used: 0, reserved: 0 };
    pieces.set(place, { ...piece, [field?.endsWith("u") === true ? "used" : "reserved"]: Number(count) });
  }
  const kept = [...pieces.values()].filter(({ reserved, used }) => reserved > 0 || used > 0);
  return { at: said["at"], pieces: kept, leases: said["leases"].filter(isRecord).map(fromLease) };
}

function fromLease({ expiresAt, lease }: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(lease)) return null;
  const { facts, id } = lease;
  const held = Array.isArray(lease["held"]) ? lease["held"].filter(isRecord) : [];
  return {
    id,
    expiresAt,
    facts: typeof facts === "string" ? JSON.parse(facts) : null,
    held: held.map(({ amount, floor, key, meter, start }) => ({ account: { key, meter }, amount, floor, start })),
  };
}
