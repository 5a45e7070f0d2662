import type { Charge } from "../../core/ledger/account.ts";
import { decodeAnswer } from "../../core/ledger/decode-exchange.ts";
import type { LedgerAnswer, LedgerNote, LedgerQuestion } from "../../core/ledger/exchange.ts";
import { spanOf } from "../../core/ledger/span.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { LedgerStore } from "../../ports/ledger-records.ts";
import { createUpstashBackup } from "./backup.ts";
import { LEDGER_SCRIPT } from "./ledger-script.ts";
import { createUpstashRecords } from "./records.ts";

/** The part of an Upstash client that is used. */
export interface RedisScripts {
  /** Runs a Lua script by its name, the SHA-1 of its text; rejects with `NOSCRIPT` where it is not known. */
  evalsha(sha1: string, keys: string[], args: string[]): Promise<unknown>;
  /** Runs a Lua script, and knows it from then on; resolves with what it returns. */
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}

/** Redis does nothing else while a script runs, and Upstash takes a megabyte at once. */
const NOTES_AT_ONCE = 250;

/**
 * The books in Redis, by Redis's clock: one round trip for each call, and no slices. Calendar windows are reckoned here, and
 * once more where the clocks disagree about which one it is. Notes beyond what one call takes go before it, in calls of their
 * own: they count once, however often they are told.
 */
export function createUpstashLedger(redis: RedisScripts, now: () => number): LedgerStore {
  const run = createScript(redis, LEDGER_SCRIPT);
  const ask = async (tenant: string, question: LedgerQuestion, at: number): Promise<unknown> => {
    const said = await run([`{${storageKey(tenant, "ledger")}}`], [JSON.stringify(toWire(question, at))]);
    return typeof said === "string" ? JSON.parse(said) : said;
  };
  const exchange = async (tenant: string, question: LedgerQuestion): Promise<LedgerAnswer> => {
    let said = await ask(tenant, question, now());
    if (isRecord(said) && typeof said["stale"] === "number") said = await ask(tenant, question, said["stale"]);
    const answer = decodeAnswer(withEmptyLists(said));
    if (answer === null) throw new Error("The ledger in Redis did not answer as a ledger does.");
    return answer;
  };
  return {
    ...createUpstashRecords(redis),
    ...createUpstashBackup(redis),
    async exchange(tenant, question) {
      let { notes } = question;
      for (; notes.length > NOTES_AT_ONCE; notes = notes.slice(NOTES_AT_ONCE))
        await exchange(tenant, { ...question, notes: notes.slice(0, NOTES_AT_ONCE), admit: [] });
      return exchange(tenant, { ...question, notes });
    },
  };
}

/** The script leaves out lists that are empty. */
function withEmptyLists(said: unknown): unknown {
  if (!isRecord(said)) return said;
  const { admissions = [] } = said;
  const filled = Array.isArray(admissions) ? admissions.map((each: object) => ({ standings: [], ...each })) : admissions;
  return { ...said, admissions: filled };
}

/** Sends the name of a script, and the script itself where Redis does not know it. */
function createScript(redis: RedisScripts, script: string): (keys: string[], args: string[]) => Promise<unknown> {
  let sha1: string | null = null;
  return async (keys, args) => {
    sha1 ??= await sha1Hex(script);
    try {
      return await redis.evalsha(sha1, keys, args);
    } catch (error) {
      if (!String(error).includes("NOSCRIPT")) throw error;
      return redis.eval(script, keys, args);
    }
  };
}

/** As Redis names scripts. */
async function sha1Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toWire({ admit, isolate, notes }: LedgerQuestion, at: number): object {
  return { isolate, notes: notes.map((note) => noteToWire(note, at)), admit: admit.map((opening) => withSpans(opening, at)) };
}

function noteToWire(note: LedgerNote, at: number): object {
  switch (note.kind) {
    case "begun":
      return { kind: "begun", opening: withSpans(note.opening, at) };
    case "settled":
      return { kind: "settled", closing: withSpans(note.closing, at) };
    case "renewed":
      return note;
    case "refused":
      return { ...note, facts: JSON.stringify(note.facts) };
  }
}

/** Facts are text to the script: what it does not read it must not write again in another form. */
function withSpans(item: { readonly charges: readonly Charge[] | null; readonly facts: unknown }, at: number): object {
  const charges = item.charges?.map((charge) => ({ ...charge, account: { ...charge.account, window: toWindow(charge, at) } }));
  return { ...item, charges: charges ?? null, facts: JSON.stringify(item.facts) };
}

function toWindow({ account: { window } }: Charge, at: number): object {
  if (window.kind !== "calendar") return window;
  const { end, start } = spanOf(window, at);
  return { kind: "calendar", start, end };
}
