import { ERROR_TABLE, type ErrorCode } from "../errors.ts";
import { isRecord } from "../json/is-record.ts";
import { amount, nullable, object, type Reader, tagged, text } from "../json/read-json.ts";
import type { Claim, Claimed, Ending, Outcome } from "./idempotency-record.ts";

const LONGEST_LEASE_MS = 3_600_000;
const LONGEST_KEEP_MS = 31 * 86_400_000;
/** Answers as they are kept: more is said to be unkept. */
export const MOST_KEPT_BYTES = 4 * 1_048_576;

const digest: Reader<string> = (value) => (typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? value : undefined);
const id = text(200);
const leaseMs = amount(LONGEST_LEASE_MS);
const keepMs = amount(LONGEST_KEEP_MS);
const anyText: Reader<string> = (value) => (typeof value === "string" && value.length <= MOST_KEPT_BYTES ? value : undefined);
const code: Reader<ErrorCode> = (value) => (typeof value === "string" && isErrorCode(value) ? value : undefined);

const headers: Reader<Readonly<Record<string, string>>> = (value) =>
  isRecord(value) && Object.values(value).every((member) => typeof member === "string")
    ? (value as Readonly<Record<string, string>>) // every member was looked at
    : undefined;

const answer = object<Omit<Extract<Outcome, { kind: "answer" }>, "kind">>({ headers, body: anyText });
const error = object<Omit<Extract<Outcome, { kind: "error" }>, "kind">>({ code, message: anyText, param: nullable(anyText) });

const outcome: Reader<Outcome> = (value) => {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "answer":
      return tagged("answer", answer(value));
    case "error":
      return tagged("error", error(value));
    case "unkept":
      return { kind: "unkept" };
    default:
      return undefined;
  }
};

const taken = object<{ readonly openingId: string }>({ openingId: id });
const ended = object<{ readonly outcome: Outcome }>({ outcome });

const claimed: Reader<Claimed> = (value) => {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "taken":
      return tagged("taken", taken(value));
    case "ended":
      return tagged("ended", ended(value));
    case "under-way":
    case "reused":
      return { kind: value["kind"] };
    default:
      return undefined;
  }
};

/** What is asked of the records of a shard; `key` is a digest. */
export type IdempotencyQuestion =
  | { readonly kind: "claim"; readonly key: string; readonly claim: Claim }
  | { readonly kind: "renew"; readonly key: string; readonly owner: string; readonly leaseMs: number }
  | { readonly kind: "end"; readonly key: string; readonly ending: Ending };

type Asked<Kind extends IdempotencyQuestion["kind"]> = Omit<Extract<IdempotencyQuestion, { kind: Kind }>, "kind">;

const claim = object<Asked<"claim">>({
  key: digest,
  claim: object<Claim>({ fingerprint: digest, owner: id, leaseMs, keepMs }),
});
const renew = object<Asked<"renew">>({ key: digest, owner: id, leaseMs });
const end = object<Asked<"end">>({ key: digest, ending: object<Ending>({ owner: id, outcome: nullable(outcome), keepMs }) });

function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, value);
}

/** A question as it was sent; null for anything else. */
export function decodeIdempotencyQuestion(value: unknown): IdempotencyQuestion | null {
  if (!isRecord(value)) return null;
  switch (value["kind"]) {
    case "claim":
      return tagged("claim", claim(value)) ?? null;
    case "renew":
      return tagged("renew", renew(value)) ?? null;
    case "end":
      return tagged("end", end(value)) ?? null;
    default:
      return null;
  }
}

/** How a key stands, as it was answered; null for anything else. */
export function decodeClaimed(value: unknown): Claimed | null {
  return claimed(value) ?? null;
}

/** An outcome as it was stored; null for anything else. */
export function decodeOutcome(value: unknown): Outcome | null {
  return outcome(value) ?? null;
}
