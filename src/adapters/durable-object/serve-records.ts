import { decodeRowQuery, toPage } from "../../core/ledger/row-page.ts";
import { decodeUsagePageQuery, type UsagePage } from "../../core/ledger/usage-page.ts";
import { UsageReport } from "../../core/ledger/usage-report.ts";
import type { BookTables } from "./book-tables.ts";

/** Rows that one call adds up: admissions wait for no more than some tens of milliseconds. */
const ROWS_A_CALL = 2_000;

/** The ledger object's paths that change nothing: rows, usage by parts, and what is held. Null for any other path. */
export async function serveRecords(request: Request, tables: BookTables): Promise<Response | null> {
  switch (`${request.method} ${new URL(request.url).pathname}`) {
    case "POST /rows": {
      const query = decodeRowQuery(await request.json());
      return query === null ? refuse("a row query") : Response.json(toPage(tables.rows(query), query.limit));
    }
    case "POST /usage": {
      const asked = decodeUsagePageQuery(await request.json());
      if (asked === null) return refuse("a usage query");
      const { after, query } = asked;
      const report = new UsageReport(query);
      const { next, rows } = toPage(tables.rows({ ...query, after, limit: ROWS_A_CALL }), ROWS_A_CALL);
      for (const row of rows) report.add(row);
      return Response.json({ groups: report.groups, next } satisfies UsagePage);
    }
    case "GET /state":
      return Response.json(tables.state(Date.now()));
    default:
      return null;
  }
}

function refuse(what: string): Response {
  return new Response(`Expected ${what}.`, { status: 400 });
}
