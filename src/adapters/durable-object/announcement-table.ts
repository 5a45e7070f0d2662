import { decodeKeyAnnouncement } from "../../core/registry/decode-registry.ts";
import { type KeyAnnouncement, NOTHING_ANNOUNCED } from "../../core/registry/key-news.ts";

/** The newest announcement of keys on an object's disk: the registry's own, and what the hub has heard of it. */
export class AnnouncementTable {
  readonly #sql: SqlStorage;
  #announcement: KeyAnnouncement;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS announced (id INTEGER PRIMARY KEY CHECK (id = 0), body TEXT NOT NULL)");
    this.#announcement = this.#read();
  }

  get announcement(): KeyAnnouncement {
    return this.#announcement;
  }

  save(announcement: KeyAnnouncement): void {
    this.#sql.exec("INSERT OR REPLACE INTO announced (id, body) VALUES (0, ?)", JSON.stringify(announcement));
    this.#announcement = announcement;
  }

  /** What memory holds is read again: a transaction that failed has written nothing. */
  restore(): void {
    this.#announcement = this.#read();
  }

  /** @throws Error when what is on the disk is not ours: it is not overwritten then */
  #read(): KeyAnnouncement {
    const [row] = this.#sql.exec<{ body: string }>("SELECT body FROM announced").toArray();
    if (row === undefined) return NOTHING_ANNOUNCED;
    const announcement = decodeKeyAnnouncement(JSON.parse(row.body));
    if (announcement === null) throw new Error("The stored announcement of keys cannot be read.");
    return announcement;
  }
}
