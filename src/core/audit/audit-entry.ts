export const AUDIT_OUTCOMES = ["begun", "done", "refused", "failed"] as const;

/**
 * How far a call came. `begun` is written before anything is done, so that nothing is done unseen; what follows has its
 * `requestId`. `refused` changed nothing; of `failed` that is not certain.
 */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** A call of the admin API that changes something, or was to. */
export interface AuditDraft {
  readonly requestId: string;
  /** The administrator, as policy calls the key. */
  readonly actor: string;
  readonly keyId: string;
  /** `operationId` of the route. */
  readonly action: string;
  /** Method and path. */
  readonly resource: string;
  readonly outcome: AuditOutcome;
  /** Why it was refused or failed: an error code; else null. */
  readonly code: string | null;
  /** What was asked, as JSON text; long texts in it as their digest. Null where it could not be read. */
  readonly input: string | null;
  /** SHA-256 of what was there before and after, in hex; null where nothing was, or nothing is known of it. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A link of the chain. */
export interface AuditEntry extends AuditDraft {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Epoch milliseconds, by the log's own clock. */
  readonly at: number;
  /** `hash` of the entry before. */
  readonly prevHash: string;
  /** SHA-256 of the canonical JSON of everything else here, in hex. */
  readonly hash: string;
}

/** How far the chain goes. Whoever keeps one elsewhere can tell later whether anything up to it was changed or cut off. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

export type AuditVerdict =
  | { readonly kind: "intact"; readonly entries: number; readonly head: AuditHead }
  /** `seq`: where the first thing is wrong. */
  | { readonly kind: "broken"; readonly seq: number; readonly why: string };

/** One line for the platform's log: a copy of the head outside the store. JSON, so that no text in it can look like another line. */
export function auditLine({ action, actor, at, code, hash, outcome, resource, seq }: AuditEntry): string {
  const time = new Date(at).toISOString();
  return JSON.stringify({ audit: seq, hash, at: time, actor, action, resource, outcome, code });
}
