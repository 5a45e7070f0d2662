import { ChainCheck, EMPTY_CHAIN, sealEntry } from "../../core/audit/audit-chain.ts";
import type { AuditDraft, AuditEntry, AuditHead, AuditVerdict } from "../../core/audit/audit-entry.ts";
import { decodeAuditDraft, decodeAuditEntry, decodeAuditHead } from "../../core/audit/decode-audit.ts";
import { parseRecord } from "../../core/json/parse-record.ts";

const MOST_ENTRIES = 1_000;

/**
 * What administrators did, on the object's disk. `POST /append` takes a draft and answers the entry, `GET /page?after=N&limit=N`
 * lists, `GET /verify?head=SEQ:HASH` follows the whole chain. Nothing here changes or removes an entry. The newest head is
 * kept beside the entries, so that a chain that lost its end is noticed.
 */
export class AuditLog {
  readonly #sql: SqlStorage;
  /** Appending waits for its hash: the next one must not begin before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: DurableObjectState) {
    this.#sql = state.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL)");
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 0), seq INTEGER NOT NULL, hash TEXT NOT NULL)",
    );
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "POST /append": {
        const draft = decodeAuditDraft(parseRecord(await request.text()));
        return draft === null ? refuse("a draft") : Response.json(await this.#append(draft));
      }
      case "GET /page": {
        const [after, limit] = [Number(searchParams.get("after")), Number(searchParams.get("limit"))];
        return isPage(after, limit) ? Response.json(this.#page(after, limit)) : refuse("a page");
      }
      case "GET /verify": {
        const heads = searchParams.getAll("head").map(decodeAuditHead);
        return heads.every((head) => head !== null) ? Response.json(await this.#verify(heads)) : refuse("heads");
      }
      default:
        return new Response("No such operation.", { status: 404 });
    }
  }

  #append(draft: AuditDraft): Promise<AuditEntry> {
    const appended = this.#last.then(async () => {
      const entry = await sealEntry(draft, this.#head(), Date.now());
      this.#sql.exec("INSERT INTO entries (seq, entry) VALUES (?, ?)", entry.seq, JSON.stringify(entry));
      this.#sql.exec("INSERT OR REPLACE INTO head (id, seq, hash) VALUES (0, ?, ?)", entry.seq, entry.hash);
      return entry;
    });
    this.#last = appended.catch(() => undefined);
    return appended;
  }

  #head(): AuditHead {
    const [head] = [...this.#sql.exec<{ seq: number; hash: string }>("SELECT seq, hash FROM head")];
    return head ?? EMPTY_CHAIN;
  }

  /** @throws Error when what is on the disk is no entry */
  #page(after: number, limit: number): readonly AuditEntry[] {
    const query = "SELECT seq, entry FROM entries WHERE seq > ? ORDER BY seq LIMIT ?";
    return [...this.#sql.exec<{ seq: number; entry: string }>(query, after, limit)].map(({ entry, seq }) => {
      const decoded = decodeAuditEntry(parseRecord(entry));
      if (decoded === null || decoded.seq !== seq) throw new UnreadableEntry(seq);
      return decoded;
    });
  }

  async #verify(heads: readonly AuditHead[]): Promise<AuditVerdict> {
    const head = this.#head();
    const check = new ChainCheck(head.seq === 0 ? heads : [...heads, head]);
    try {
      for (let after = 0; ; after += MOST_ENTRIES) {
        const entries = this.#page(after, MOST_ENTRIES);
        if (!(await check.follow(entries)) || entries.length < MOST_ENTRIES) return check.verdict();
      }
    } catch (error) {
      if (!(error instanceof UnreadableEntry)) throw error;
      return { kind: "broken", seq: error.seq, why: "it is no entry" };
    }
  }
}

/** What was written here can no longer be read: somebody changed it. */
class UnreadableEntry extends Error {
  readonly seq: number;

  constructor(seq: number) {
    super(`Entry ${seq} of the audit log cannot be read.`);
    this.seq = seq;
  }
}

function isPage(after: number, limit: number): boolean {
  return Number.isSafeInteger(after) && after >= 0 && Number.isSafeInteger(limit) && limit >= 1 && limit <= MOST_ENTRIES;
}

function refuse(what: string): Response {
  return new Response(`Expected ${what}.`, { status: 400 });
}
