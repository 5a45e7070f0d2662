import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readRowFacts } from "../../../src/core/ledger/row-facts.ts";
import { type LimitsLab, startLimitsLab } from "./limits-lab.ts";
import { type BooksOnDisk, driftOf, readBooks } from "./read-books.ts";

const CALLER = "strict-budget";
const AT_ONCE = 20;
const LIMIT = 1_000;
/** What isolates have not told is told by then. */
const MOST_TURNS = 60;
const TURN_MS = 100;

let lab: LimitsLab;
beforeAll(async () => {
  lab = await startLimitsLab({
    processes: 1,
    consumers: { [CALLER]: { limits: [{ requests: LIMIT, per: "1h", failureMode: "Closed" }] } },
  });
});
afterAll(() => lab.close());

async function untilTold(isTold: (books: BooksOnDisk) => boolean): Promise<BooksOnDisk> {
  let books = await readBooks(lab.fleet.stateDirectory);
  for (let turn = 0; turn < MOST_TURNS && !isTold(books); turn += 1) {
    await sleep(TURN_MS);
    // What waits to be told goes with the next request.
    await lab.ask(CALLER, 0, { model: "x-nobody" });
    books = await readBooks(lab.fleet.stateDirectory);
  }
  return books;
}

/** Rows that say what a refused call cost. */
function refusedIn({ rows }: BooksOnDisk): BooksOnDisk["rows"] {
  return rows.filter(({ facts, state }) => state === "refused" && readRowFacts(facts).attempts.length === 1);
}

it("charges nobody for what was sent and refused because the books were not heard, and has a row of what it cost", async () => {
  expect((await lab.ask(CALLER, 0)).status).toBe(200);
  process.kill(lab.fleet.objectHost.pid, "SIGSTOP");
  const heard = await Promise.all(Array.from({ length: AT_ONCE }, () => lab.ask(CALLER, 0)));
  process.kill(lab.fleet.objectHost.pid, "SIGCONT");
  expect(heard.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(503));

  const sent = lab.attemptsAt(CALLER).length - 1;
  expect(sent).toBe(AT_ONCE);
  const books = await untilTold((seen) => refusedIn(seen).length === sent && seen.leases.length === 0);
  expect(refusedIn(books)).toHaveLength(sent);
  expect(books.leases).toEqual([]);
  expect(driftOf(books)).toEqual([]);
  const { headers } = await lab.ask(CALLER, 0);
  expect(headers["x-ratelimit-remaining-requests"]).toBe(String(LIMIT - 2));
});
