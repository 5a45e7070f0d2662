import { amount, list, nullable, object, type Reader, tagged, text, whole } from "../json/read-json.ts";
import { isRecord } from "../json/is-record.ts";
import { type Account, type CalendarUnit, type Charge, type LedgerWindow, type Meter, METERS } from "./account.ts";
import type { Admission, Closing, Opening, Slice, SliceWish, Used } from "./book.ts";
import type { LedgerAnswer, LedgerNote, LedgerQuestion } from "./exchange.ts";
import type { Standing } from "./tally.ts";

/** More than any request is charged with, and than an isolate tells at once. */
const MOST_CHARGES = 1_000;
const MOST_ACCOUNTS = 100_000;
export const MOST_NOTES = 2_000;
export const MOST_ADMITTED = 200;
const UNITS: readonly CalendarUnit[] = ["day", "week", "month"];
const LONGEST_WINDOW_MS = 31 * 86_400_000;

const id = text(200);
const key = text(1_000);
const leaseMs = amount(3_600_000);
const meter: Reader<Meter> = (value) => METERS.find((known) => known === value);
const facts: Reader<unknown> = (value) => (value === undefined ? null : value);

const sliding = object<{ readonly ms: number }>({ ms: amount(LONGEST_WINDOW_MS) });
const calendar = object<{ readonly unit: CalendarUnit; readonly timeZone: string }>({
  unit: (value) => UNITS.find((known) => known === value),
  timeZone: text(100),
});

const window: Reader<LedgerWindow> = (value) => {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "now":
      return { kind: "now" };
    case "sliding": {
      const read = sliding(value);
      return read === undefined || read.ms < 1 ? undefined : { kind: "sliding", ...read };
    }
    case "calendar": {
      const read = calendar(value);
      return read === undefined ? undefined : { kind: "calendar", ...read };
    }
    default:
      return undefined;
  }
};

const account = object<Account>({ key, meter, limit: whole, window });
const accounts = list(account, MOST_ACCOUNTS);
const used = object<Used>({ requests: whole, tokens: whole, microUsd: whole });
const renewed = object<{ readonly id: string; readonly leaseMs: number; readonly used: Used }>({ id, leaseMs, used });
const refused = object<{ readonly id: string; readonly facts: unknown }>({ id, facts });

/** What `encodeQuestion` writes, given the accounts that its charges refer to. */
function questionOver(known: readonly Account[]): Reader<LedgerQuestion> {
  const charge: Reader<Charge> = (value) => {
    if (!Array.isArray(value)) return undefined;
    const [index, most, floor]: readonly unknown[] = value;
    const found = known[whole(index) ?? -1];
    const [read, least] = [whole(most), whole(floor)];
    return found === undefined || read === undefined || least === undefined
      ? undefined
      : { account: found, amount: read, floor: least };
  };
  const charges = list(charge, MOST_CHARGES);
  const opening = object<Opening>({ id, charges, leaseMs, facts });
  const closing = object<Closing>({ id, charges: nullable(charges), sliceId: nullable(id), used, facts });
  const begun = object<{ readonly opening: Opening; readonly sliceId: string | null }>({ opening, sliceId: nullable(id) });
  const settled = object<{ readonly closing: Closing }>({ closing });
  const note: Reader<LedgerNote> = (value) => {
    if (!isRecord(value)) return undefined;
    switch (value["kind"]) {
      case "begun":
        return tagged("begun", begun(value));
      case "renewed":
        return tagged("renewed", renewed(value));
      case "settled":
        return tagged("settled", settled(value));
      case "refused":
        return tagged("refused", refused(value));
      default:
        return undefined;
    }
  };
  return object<LedgerQuestion>({
    isolate: id,
    notes: list(note, MOST_NOTES),
    admit: list(opening, MOST_ADMITTED),
    slice: nullable(object<SliceWish>({ id, charges, leaseMs })),
  });
}

const standing = object<Standing>({ key, meter, limit: whole, remaining: whole, resetMs: amount(Number.MAX_SAFE_INTEGER) });
const standings = list(standing, MOST_CHARGES);
const granted = object<{ readonly standings: readonly Standing[] }>({ standings });
const denied = object<Omit<Extract<Admission, { kind: "denied" }>, "kind">>({
  key,
  waitMs: nullable(amount(Number.MAX_SAFE_INTEGER)),
  standings,
});
const admission: Reader<Admission> = (value) => {
  if (!isRecord(value)) return undefined;
  return value["kind"] === "granted" ? tagged("granted", granted(value)) : tagged("denied", denied(value));
};
const slice = object<Slice>({ id, amounts: list(object<Slice["amounts"][number]>({ key, amount: whole }), MOST_CHARGES) });
const answer = object<LedgerAnswer>({ admissions: list(admission, MOST_ADMITTED), slice: nullable(slice), isolates: whole });

/** A question as `encodeQuestion` sends it; null for anything else. */
export function decodeQuestion(value: unknown): LedgerQuestion | null {
  const known = isRecord(value) ? accounts(value["accounts"]) : undefined;
  return known === undefined ? null : (questionOver(known)(value) ?? null);
}

/** An answer as it was sent; null for anything else. */
export function decodeAnswer(value: unknown): LedgerAnswer | null {
  return answer(value) ?? null;
}
