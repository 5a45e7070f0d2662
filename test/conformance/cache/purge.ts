import { startFlowLab, stateOf } from "./flow-lab.ts";

export interface PurgeFigures {
  readonly processes: number;
  /** Processes that gave the answer again before it was purged. */
  readonly gaveBefore: number;
  /** What a dry run counted, after which each still gave it. */
  readonly counted: number;
  readonly gaveAfterDryRun: number;
  /** Milliseconds from the purge until no process gave it any more. */
  readonly gaveForMs: number;
}

const QUESTION = "Where is the harbour of Lisbon?";
/** What was kept at one process has come to the store by then. */
const KEPT_MS = 500;
/** So old an answer is when it is purged: more than `age`, in seconds, may be wrong by. */
const OLD_MS = 3_000;
const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/** Purges, through one process, an answer that every process remembers, while all are asked for it. */
export async function runPurge(processes: number): Promise<PurgeFigures> {
  const lab = await startFlowLab({ processes, models: { faq: { exact: { ttl: "1h" }, tags: ["faq"] } } });
  const everywhere = async (): Promise<readonly string[]> => {
    const asked = Array.from({ length: processes }, (_, process) => lab.ask(QUESTION, { model: "faq", process }));
    return (await Promise.all(asked)).map(stateOf);
  };
  const purge = async (dryRun: boolean): Promise<unknown> => {
    const { adminKey, url } = lab.router(0);
    const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
    const body = JSON.stringify({ what: "tag", name: "faq", dryRun });
    const response = await fetch(`${url}/admin/api/cache/purge`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`The purge was answered with ${response.status}: ${await response.text()}`);
    return response.json();
  };
  try {
    await lab.ask(QUESTION, { model: "faq" });
    await pause(KEPT_MS);
    await everywhere();
    await pause(OLD_MS);
    const gaveBefore = hitsOf(await everywhere());
    const { answers: counted } = (await purge(true)) as { readonly answers: number }; // our own router's answer
    const gaveAfterDryRun = hitsOf(await everywhere());
    await purge(false);
    const purgedAt = Date.now();
    const given = Array.from({ length: processes }, async (_, process): Promise<number> => {
      for (let gaveForMs = 0; gaveForMs < PATIENCE_MS; await pause(PAUSE_MS)) {
        const { headers } = await lab.ask(QUESTION, { model: "faq", process });
        const sinceMs = Date.now() - purgedAt;
        // What was kept since the purge is younger than the purge.
        const isOld = headers["age"] !== undefined && Number(headers["age"]) * 1_000 > sinceMs + OLD_MS / 4;
        if (!isOld) return gaveForMs;
        gaveForMs = sinceMs;
      }
      return Number.POSITIVE_INFINITY;
    });
    const gaveForMs = Math.max(...(await Promise.all(given)));
    return { processes, gaveBefore, counted, gaveAfterDryRun, gaveForMs };
  } finally {
    await lab.close();
  }
}

function hitsOf(states: readonly string[]): number {
  return states.filter((state) => state.startsWith("hit")).length;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
