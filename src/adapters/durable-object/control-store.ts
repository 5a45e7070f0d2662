import {
  changeControl,
  type Changed,
  type ControlChange,
  type ControlState,
  INITIAL_CONTROL,
} from "../../core/control/control-state.ts";
import { decodeControl } from "../../core/control/decode-control.ts";

/** One SQLite value has at most 2 MB; a document is cut into pieces below that. */
const CHUNK_CHARACTERS = 500_000;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * What administrators decided, on the object's disk: one row of state, and the documents of published policies in pieces. The
 * runtime serialises calls, which is what makes a change atomic.
 */
export class ControlStore {
  readonly #sql: SqlStorage;
  #state: ControlState;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS control (id INTEGER PRIMARY KEY CHECK (id = 0), state TEXT NOT NULL)");
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS documents (digest TEXT NOT NULL, piece INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (digest, piece))",
    );
    this.#state = this.#read();
  }

  get state(): ControlState {
    return this.#state;
  }

  /** Applies a change and keeps it; nothing is kept of one that is refused. */
  change(change: ControlChange): Changed {
    const result = change.action === "start" && !this.#has(change.digest) ? MISSING : changeControl(this.#state, change);
    if (result.kind === "refused") return result;
    this.#state = result.state;
    this.#sql.exec("INSERT OR REPLACE INTO control (id, state) VALUES (0, ?)", JSON.stringify(this.#state));
    // A kill between a publication and its rollout must not take the document away.
    if ("base" in change) this.#forgetUnused();
    return result;
  }

  /** Keeps the document of a policy under its digest, which the caller has checked. */
  publish(digest: string, text: string): void {
    if (!DIGEST.test(digest)) throw new RangeError("A digest is 64 hex digits.");
    this.#sql.exec("DELETE FROM documents WHERE digest = ?", digest);
    for (let piece = 0; piece * CHUNK_CHARACTERS < text.length; piece++) {
      const part = text.slice(piece * CHUNK_CHARACTERS, (piece + 1) * CHUNK_CHARACTERS);
      this.#sql.exec("INSERT INTO documents (digest, piece, text) VALUES (?, ?, ?)", digest, piece, part);
    }
  }

  /** The document; null when there is none. */
  document(digest: string): string | null {
    const pieces = [...this.#sql.exec<{ text: string }>("SELECT text FROM documents WHERE digest = ? ORDER BY piece", digest)];
    return pieces.length === 0 ? null : pieces.map(({ text }) => text).join("");
  }

  #has(digest: string): boolean {
    return [...this.#sql.exec("SELECT 1 FROM documents WHERE digest = ? LIMIT 1", digest)].length > 0;
  }

  /** What can no longer be returned to is let go. */
  #forgetUnused(): void {
    const { head, history } = this.#state;
    const kept = new Set([head.stable, head.canary, ...history].flatMap((ref) => ref?.digest ?? []));
    const stored = [...this.#sql.exec<{ digest: string }>("SELECT DISTINCT digest FROM documents")];
    for (const { digest } of stored) if (!kept.has(digest)) this.#sql.exec("DELETE FROM documents WHERE digest = ?", digest);
  }

  /** @throws Error when what is on the disk is not ours: it is not overwritten then */
  #read(): ControlState {
    const [row] = [...this.#sql.exec<{ state: string }>("SELECT state FROM control")];
    if (row === undefined) return INITIAL_CONTROL;
    const state = decodeControl(JSON.parse(row.state));
    if (state === null) throw new Error("The stored control state cannot be read.");
    return state;
  }
}

const MISSING: Changed = { kind: "refused", reason: "conflict", message: "The policy has not been published." };
