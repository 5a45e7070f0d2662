import type { RunningRouter } from "../../../src/cli/local-router.ts";
import type { UsageEvent } from "../../../src/ports/usage-sink.ts";
import { readUsage } from "../faults/ask-router.ts";

const PATIENCE_MS = 8_000;
const POLL_MS = 50;

/** What was booked of requests, by their ids; the log is written in batches. One that is not booked in time is missing. */
export async function readBooked(router: RunningRouter, ids: readonly string[]): Promise<ReadonlyMap<string, UsageEvent>> {
  const booked = new Map<string, UsageEvent>();
  const known = ids.filter((id) => id !== "");
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUpAt) {
    for (const event of await readUsage(router)) booked.set(event.requestId, event);
    if (known.every((id) => booked.has(id))) break;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return booked;
}
