import type { KeyAnnouncement } from "../../core/registry/key-news.ts";
import type { KeyQuery, RegisteredKey } from "../../core/registry/registered-key.ts";
import type { RegistryStore } from "../../core/registry/registry.ts";
import { AnnouncementTable } from "./announcement-table.ts";

/** A key's row: what pages are made of has columns of its own. */
type KeyRow = { id: string; tenant: string; consumer: string; body: string };
type KeyBody = Omit<RegisteredKey, "id" | "tenant" | "consumer">;

/** The registry on the object's disk. A key is found by the primary key, a page by an index: neither reads any other row. */
export class KeyTables implements RegistryStore {
  readonly #sql: SqlStorage;
  readonly #announced: AnnouncementTable;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS keys (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, consumer TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS keys_by_tenant ON keys (tenant, id)");
    sql.exec("CREATE INDEX IF NOT EXISTS keys_by_consumer ON keys (tenant, consumer, id)");
    sql.exec("CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY CHECK (id = 0), epoch INTEGER NOT NULL)");
    this.#announced = new AnnouncementTable(sql);
  }

  key(id: string): RegisteredKey | null {
    const [row] = this.#sql.exec<KeyRow>("SELECT * FROM keys WHERE id = ?", id).toArray();
    return row === undefined ? null : toKey(row);
  }

  save({ consumer, id, tenant, ...body }: RegisteredKey): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO keys (id, tenant, consumer, body) VALUES (?, ?, ?, ?)",
      id,
      tenant,
      consumer,
      JSON.stringify(body satisfies KeyBody),
    );
  }

  page({ after, consumer, limit, tenant }: KeyQuery): readonly RegisteredKey[] {
    const rows =
      consumer === null
        ? this.#sql.exec<KeyRow>("SELECT * FROM keys WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?", tenant, after, limit)
        : this.#sql.exec<KeyRow>(
            "SELECT * FROM keys WHERE tenant = ? AND consumer = ? AND id > ? ORDER BY id LIMIT ?",
            tenant,
            consumer,
            after,
            limit,
          );
    return rows.toArray().map(toKey);
  }

  announcement(): KeyAnnouncement {
    return this.#announced.announcement;
  }

  announce(announcement: KeyAnnouncement): void {
    this.#announced.save(announcement);
  }

  /** Whether the hub has confirmed the newest announcement. */
  get isTold(): boolean {
    const [row] = this.#sql.exec<{ epoch: number }>("SELECT epoch FROM told").toArray();
    return (row?.epoch ?? 0) >= this.announcement().epoch;
  }

  /** The hub has confirmed it; of two confirmations that cross the later stays. */
  noteTold(epoch: number): void {
    this.#sql.exec(
      "INSERT INTO told (id, epoch) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET epoch = MAX(epoch, excluded.epoch)",
      epoch,
    );
  }

  restore(): void {
    this.#announced.restore();
  }
}

/** What this class has written. */
function toKey({ body, consumer, id, tenant }: KeyRow): RegisteredKey {
  return { id, tenant, consumer, ...(JSON.parse(body) as KeyBody) };
}
