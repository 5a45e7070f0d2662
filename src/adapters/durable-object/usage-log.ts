/** Events kept per object, and thus per tenant. */
const CAPACITY_EVENTS = 10_000;
const DEFAULT_LIMIT = 100;
const COUNT = /^[1-9]\d{0,4}$/;
const BATCH_ID = /^[0-9a-f-]{36}$/;

/**
 * The last 10,000 requests of one tenant, in the batches in which they were sent: a row of its own for each event would
 * cost more than the requests it tells of. `POST /record?batch=<uuid>&count=N` takes a JSON array of N `UsageEvent`s; a
 * batch that arrives twice is kept once, because senders repeat what they missed the answer to. `GET /recent?limit=N`
 * gives the newest first.
 */
export class UsageLog {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState) {
    this.#sql = state.storage.sql;
    // `total` counts all events ever recorded, up to and with the batch.
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS batches (total INTEGER PRIMARY KEY, batch TEXT NOT NULL UNIQUE, events TEXT NOT NULL)",
    );
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/record" && request.method === "POST") return this.#record(searchParams, await request.text());
    if (pathname === "/recent" && request.method === "GET") return this.#recent(searchParams.get("limit"));
    return new Response("No such operation.", { status: 404 });
  }

  #record(query: URLSearchParams, events: string): Response {
    const batch = query.get("batch") ?? "";
    const count = query.get("count") ?? "";
    if (!BATCH_ID.test(batch) || !COUNT.test(count) || !events.startsWith("[")) {
      return new Response("Expected a batch id, a count and a JSON array of usage events.", { status: 400 });
    }
    const total = this.#total() + Number(count);
    this.#sql.exec(
      "INSERT INTO batches (total, batch, events) VALUES (?, ?, ?) ON CONFLICT (batch) DO NOTHING",
      total,
      batch,
      events,
    );
    this.#sql.exec("DELETE FROM batches WHERE total <= ?", this.#total() - CAPACITY_EVENTS);
    return new Response(null, { status: 204 });
  }

  #total(): number {
    return this.#sql.exec<{ total: number }>("SELECT COALESCE(MAX(total), 0) AS total FROM batches").one().total;
  }

  #recent(limitText: string | null): Response {
    const limit = limitText === null ? DEFAULT_LIMIT : Number(limitText);
    if (!Number.isInteger(limit) || limit < 0) return new Response("limit must be a whole number.", { status: 400 });
    const newest: unknown[] = [];
    for (const { events } of this.#sql.exec<{ events: string }>("SELECT events FROM batches ORDER BY total DESC")) {
      if (newest.length >= limit) break;
      newest.push(...parseEvents(events).toReversed());
    }
    return Response.json(newest.slice(0, Math.min(limit, CAPACITY_EVENTS)));
  }
}

/** A batch that cannot be read shows as none: it must not hide the others. */
function parseEvents(text: string): readonly unknown[] {
  try {
    const events: unknown = JSON.parse(text);
    return Array.isArray(events) ? events : [];
  } catch {
    return [];
  }
}
