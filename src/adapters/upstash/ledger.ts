import type { Charge } from "../../core/ledger/account.ts";
import { decodeAnswer } from "../../core/ledger/decode-exchange.ts";
import type { LedgerAnswer, LedgerNote, LedgerQuestion } from "../../core/ledger/exchange.ts";
import { spanOf } from "../../core/ledger/span.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { LEDGER_SCRIPT } from "./ledger-script.ts";

/** The part of an Upstash client that is used. */
export interface RedisScripts {
  /** Runs a Lua script; resolves with what it returns. */
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}

/**
 * The books in Redis, by Redis's clock: one round trip for each call, and no slices. Calendar windows are reckoned here, and
 * once more where the clocks disagree about which one it is.
 */
export function createUpstashLedger(redis: RedisScripts, now: () => number): Ledger {
  const ask = async (tenant: string, question: LedgerQuestion, at: number): Promise<unknown> => {
    const said = await redis.eval(LEDGER_SCRIPT, [`{${storageKey(tenant, "ledger")}}`], [JSON.stringify(toWire(question, at))]);
    return typeof said === "string" ? JSON.parse(said) : said;
  };
  return {
    async exchange(tenant, question) {
      let said = await ask(tenant, question, now());
      if (isRecord(said) && typeof said["stale"] === "number") said = await ask(tenant, question, said["stale"]);
      const answer: LedgerAnswer | null = decodeAnswer(isRecord(said) ? { admissions: [], ...said } : said);
      if (answer === null) throw new Error("The ledger in Redis did not answer as a ledger does.");
      return answer;
    },
  };
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
