import { isRecord } from "../json/is-record.ts";
import { AUDIT_OUTCOMES, type AuditDraft, type AuditEntry, type AuditHead } from "./audit-entry.ts";

const TEXTS = ["requestId", "actor", "keyId", "action", "resource"] as const;
const OPTIONAL_TEXTS = ["code", "input", "before", "after"] as const;
const DRAFT_MEMBERS = TEXTS.length + OPTIONAL_TEXTS.length + 1;
const ENTRY_MEMBERS = DRAFT_MEMBERS + 4;
const HASH = /^[0-9a-f]{64}$/;
const HEAD = /^([0-9]{1,15}):([0-9a-f]{64})$/;

/** A draft as it was sent, with nothing beside it; null for anything else. */
export function decodeAuditDraft(value: unknown): AuditDraft | null {
  return isRecord(value) && Object.keys(value).length === DRAFT_MEMBERS && isDraft(value) ? value : null;
}

/** An entry as it was stored or exported, with nothing beside it; null for anything else. */
export function decodeAuditEntry(value: unknown): AuditEntry | null {
  return isRecord(value) && Object.keys(value).length === ENTRY_MEMBERS && isEntry(value) ? value : null;
}

/** `SEQ:HASH`, as answers carry it; null for anything else. */
export function decodeAuditHead(text: string): AuditHead | null {
  const [, seq, hash] = HEAD.exec(text) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash };
}

export function encodeAuditHead({ hash, seq }: AuditHead): string {
  return `${seq}:${hash}`;
}

function isDraft(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & AuditDraft {
  const isText = (name: string): boolean => typeof value[name] === "string";
  return (
    TEXTS.every(isText) &&
    OPTIONAL_TEXTS.every((name) => value[name] === null || isText(name)) &&
    AUDIT_OUTCOMES.some((outcome) => outcome === value["outcome"])
  );
}

function isEntry(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & AuditEntry {
  const { at, hash, prevHash, seq } = value;
  return isDraft(value) && Number.isSafeInteger(seq) && Number.isSafeInteger(at) && isHash(hash) && isHash(prevHash);
}

function isHash(text: unknown): boolean {
  return typeof text === "string" && HASH.test(text);
}
