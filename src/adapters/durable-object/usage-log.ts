/** Rows kept per object, and thus per tenant. */
const CAPACITY_ROWS = 10_000;
const DEFAULT_LIMIT = 100;

/** What the log looks at in an event; the rest is stored as it came. */
interface LoggedEvent {
  readonly requestId: string;
}

/**
 * The last 10,000 requests of one tenant. `POST /record` takes a JSON array of `UsageEvent`; an event that arrives twice
 * is kept once, because senders repeat a batch whose answer they missed. `GET /recent?limit=N` gives the newest first.
 */
export class UsageLog {
  readonly #sql: SqlStorage;
  readonly #transaction: (work: () => void) => void;

  constructor(state: DurableObjectState) {
    this.#sql = state.storage.sql;
    this.#transaction = (work) => state.storage.transactionSync(work);
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, event TEXT NOT NULL)",
    );
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/record" && request.method === "POST") return this.#record(await request.text());
    if (pathname === "/recent" && request.method === "GET") return this.#recent(searchParams.get("limit"));
    return new Response("No such operation.", { status: 404 });
  }

  #record(body: string): Response {
    const events = parseEvents(body);
    if (events === null) return new Response("Expected a JSON array of usage events.", { status: 400 });
    this.#transaction(() => {
      for (const event of events.slice(-CAPACITY_ROWS)) {
        this.#sql.exec("INSERT OR IGNORE INTO events (request_id, event) VALUES (?, ?)", event.requestId, JSON.stringify(event));
      }
      this.#sql.exec("DELETE FROM events WHERE id <= (SELECT MAX(id) FROM events) - ?", CAPACITY_ROWS);
    });
    return new Response(null, { status: 204 });
  }

  #recent(limitText: string | null): Response {
    const limit = limitText === null ? DEFAULT_LIMIT : Number(limitText);
    if (!Number.isInteger(limit) || limit < 0) return new Response("limit must be a whole number.", { status: 400 });
    const rows = this.#sql.exec<{ event: string }>(
      "SELECT event FROM events ORDER BY id DESC LIMIT ?",
      Math.min(limit, CAPACITY_ROWS),
    );
    const events = Array.from(rows, (row) => row.event);
    return new Response(`[${events.join(",")}]`, { headers: { "content-type": "application/json" } });
  }
}

function parseEvents(body: string): readonly LoggedEvent[] | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  return Array.isArray(value) && value.every(isLoggedEvent) ? value : null;
}

function isLoggedEvent(value: unknown): value is LoggedEvent {
  return typeof value === "object" && value !== null && "requestId" in value && typeof value.requestId === "string";
}
