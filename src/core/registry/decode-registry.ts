import { amount, flag, list, nullable, object, type Reader, text, whole } from "../json/read-json.ts";
import { isRecord } from "../json/is-record.ts";
import { type KeyAnnouncement, type KeyNews, MOST_CHANGES, MOST_ENDS } from "./key-news.ts";
import type {
  FoundKey,
  KeyChange,
  KeyChanged,
  KeyQuery,
  NewKey,
  PolicyKey,
  PolicyKeyEnd,
  RegisteredKey,
} from "./registered-key.ts";

/** Kubernetes' longest names. */
const name = text(253);
const id = text(12);
const time = amount(Number.MAX_SAFE_INTEGER);
/** Keys of one page. */
export const MOST_LISTED = 1_000;

const newKeyReaders = {
  id,
  tenant: name,
  consumer: name,
  name,
  hash: text(68),
  notBeforeMs: nullable(time),
  expiresMs: nullable(time),
  replaces: nullable(id),
};
const newKey = object<NewKey>(newKeyReaders);
const registeredKey = object<RegisteredKey>({ ...newKeyReaders, createdMs: time, revokedMs: nullable(time) });
const inPolicy = nullable(object<PolicyKey>({ expiresMs: nullable(time) }));
const ends = list(object<PolicyKeyEnd>({ id, endsMs: time, revoked: flag, expiresMs: nullable(time) }), MOST_ENDS);

const announcement = object<KeyAnnouncement>({
  epoch: whole,
  since: whole,
  changes: list(object<{ readonly epoch: number; readonly id: string }>({ epoch: whole, id }), MOST_CHANGES),
  ends,
});
const news = object<KeyNews>({ epoch: whole, changed: nullable(list(id, MOST_CHANGES)), ends });
const found = object<FoundKey>({ key: nullable(registeredKey), epoch: whole });
const page = list(registeredKey, MOST_LISTED);
const query = object<KeyQuery>({ tenant: name, consumer: nullable(name), after: emptyOr(id), limit: whole });

const CHANGES: Readonly<Record<KeyChange["action"], Reader<KeyChange>>> = {
  create: object<Extract<KeyChange, { action: "create" }>>({ action: only("create"), key: newKey }),
  rotate: object<Extract<KeyChange, { action: "rotate" }>>({
    action: only("rotate"),
    tenant: name,
    id,
    inPolicy,
    overlapMs: time,
    successor: newKey,
  }),
  revoke: object<Extract<KeyChange, { action: "revoke" }>>({ action: only("revoke"), tenant: name, id, inPolicy }),
};
const changed = object<Extract<KeyChanged, { kind: "changed" }>>({
  kind: only("changed"),
  epoch: whole,
  endsMs: nullable(time),
  isTold: flag,
});
const refused = object<Extract<KeyChanged, { kind: "refused" }>>({
  kind: only("refused"),
  reason: (value) => (value === "unknown" || value === "conflict" ? value : undefined),
  message: text(1_000),
});

/** Each gives null for what is something else, and never throws. */
export const decodeKeyNews = (value: unknown): KeyNews | null => news(value) ?? null;
export const decodeKeyAnnouncement = (value: unknown): KeyAnnouncement | null => announcement(value) ?? null;
export const decodeFoundKey = (value: unknown): FoundKey | null => found(value) ?? null;
export const decodeKeyPage = (value: unknown): readonly RegisteredKey[] | null => page(value) ?? null;
export const decodeKeyQuery = (value: unknown): KeyQuery | null => query(value) ?? null;
export const decodeKeyChanged = (value: unknown): KeyChanged | null => changed(value) ?? refused(value) ?? null;

/** A change as it was sent; null for anything else. */
export function decodeKeyChange(value: unknown): KeyChange | null {
  if (!isRecord(value)) return null;
  const { action } = value;
  return action === "create" || action === "rotate" || action === "revoke" ? (CHANGES[action](value) ?? null) : null;
}

function only<Word extends string>(word: Word): Reader<Word> {
  return (value) => (value === word ? word : undefined);
}

function emptyOr(read: Reader<string>): Reader<string> {
  return (value) => (value === "" ? "" : read(value));
}
