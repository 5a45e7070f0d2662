import { canonicalJson } from "../policy/canonical-json.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { AuditDraft, AuditEntry, AuditHead, AuditVerdict } from "./audit-entry.ts";

/** Before the first entry. */
export const EMPTY_CHAIN: AuditHead = { seq: 0, hash: "0".repeat(64) };

/** The entry that follows `head`. */
export async function sealEntry(draft: AuditDraft, head: AuditHead, at: number): Promise<AuditEntry> {
  const entry = { ...draft, seq: head.seq + 1, at, prevHash: head.hash };
  return { ...entry, hash: await hashOf(entry) };
}

function hashOf(entry: Omit<AuditEntry, "hash">): Promise<string> {
  return sha256Hex(canonicalJson(entry));
}

/**
 * Follows a chain from its beginning and says what is wrong with it first. The chain alone cannot tell that its end was cut off, or
 * that all of it was written anew: `heads` are what was noted of it elsewhere.
 */
export class ChainCheck {
  readonly #heads: readonly AuditHead[];
  readonly #highest: number;
  #head = EMPTY_CHAIN;
  #broken: Extract<AuditVerdict, { kind: "broken" }> | null = null;

  constructor(heads: readonly AuditHead[]) {
    this.#heads = heads;
    this.#highest = Math.max(0, ...heads.map(({ seq }) => seq));
  }

  /** False once something is wrong: nothing that follows can be trusted. */
  async follow(entries: Iterable<AuditEntry>): Promise<boolean> {
    for (const entry of entries) {
      const why = this.#broken === null ? await this.#fault(entry) : null;
      if (why !== null) this.#broken = { kind: "broken", seq: this.#head.seq + 1, why };
      if (this.#broken !== null) return false;
      this.#head = { seq: entry.seq, hash: entry.hash };
    }
    return true;
  }

  verdict(): AuditVerdict {
    if (this.#broken !== null) return this.#broken;
    const { seq } = this.#head;
    if (seq >= this.#highest) return { kind: "intact", entries: seq, head: this.#head };
    return { kind: "broken", seq: seq + 1, why: `the chain ends at ${seq}, and entry ${this.#highest} was seen` };
  }

  async #fault(entry: AuditEntry): Promise<string | null> {
    const { hash, ...rest } = entry;
    if (entry.seq !== this.#head.seq + 1) return `entry ${entry.seq} follows entry ${this.#head.seq}`;
    if (entry.prevHash !== this.#head.hash) return "it does not follow what stands before it";
    if ((await hashOf(rest)) !== hash) return "its content is not what its hash says";
    const isOther = this.#heads.some((head) => head.seq === entry.seq && head.hash !== hash);
    return isOther ? "another entry with this number was seen before" : null;
  }
}
