import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { PolicyObject } from "../faults/policy-objects.ts";
import { unwatchedProvider } from "../faults/policy-objects.ts";
import { closeNow, HOST, listen } from "../../rigs/chaos-upstream/listen.ts";
import { type FlowLab, type FlowLabOptions, startFlowLab, stateOf } from "./flow-lab.ts";

/** To the first byte of a stream, in milliseconds, medians over questions that were never asked before. */
export interface MissSeen {
  readonly questions: number;
  readonly withCacheMs: number;
  readonly withoutMs: number;
  /** Answers 200 that were whole, of twice the questions. */
  readonly answered: number;
}

const CACHED = "cached";
const UNCACHED = "uncached";
const MODELS: Readonly<Record<string, PolicyObject>> = {
  [CACHED]: { exact: { ttl: "1h" }, semantic: { maxFalseHitRate: "2%" } },
  [UNCACHED]: {},
};
/** Before the upstream's answer begins. */
const UPSTREAM_MS = 50;

/** What a question that nothing is known of waits for the cache, in a lab as `trouble` leaves it. */
export async function runMisses(
  questions: number,
  options: Partial<FlowLabOptions> = {},
  trouble: (lab: FlowLab) => Promise<void> | void = () => undefined,
): Promise<MissSeen> {
  const lab = await startFlowLab({ processes: 1, models: MODELS, ...options });
  try {
    for (const model of [CACHED, UNCACHED]) lab.upstream.setFault(model, `F06@ms=${UPSTREAM_MS}`);
    // The first requests find cold isolates and objects.
    for (let index = 0; index < 10; index++) await askBoth(lab, `Where was harbour ${index}?`);
    await trouble(lab);
    const times = { [CACHED]: [] as number[], [UNCACHED]: [] as number[] };
    let answered = 0;
    for (let index = 0; index < questions; index++) {
      const heard = await askBoth(lab, `Where is harbour ${index} of the north?`);
      for (const [model, { firstByteMs, status, whole }] of heard) {
        answered += status === 200 && whole ? 1 : 0;
        times[model].push(firstByteMs ?? Number.POSITIVE_INFINITY);
      }
    }
    return { questions, withCacheMs: medianOf(times[CACHED]), withoutMs: medianOf(times[UNCACHED]), answered };
  } finally {
    await lab.close();
  }
}

async function askBoth(lab: FlowLab, question: string) {
  const models = [CACHED, UNCACHED] as const;
  const heard = [];
  for (const model of models) heard.push([model, await lab.ask(question, { model, stream: true })] as const);
  return heard;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The objects' process is killed, and does not come back. */
export function killStore({ fleet }: FlowLab): void {
  process.kill(fleet.objectHost.pid, "SIGKILL");
}

/** How an embeddings endpoint may fail. */
export type BrokenEmbedder = "down" | "slow" | "NaN" | "short";

/** An embedder that fails so, as a lab's options. `close` ends it. */
export async function startBrokenEmbedder(how: BrokenEmbedder): Promise<Partial<FlowLabOptions> & { close(): Promise<void> }> {
  const server = createServer((_, response) => {
    if (how === "slow") return;
    const vector = how === "NaN" ? `[${Array.from({ length: 384 }, () => "NaN").join()}]` : "[0.5,0.5]";
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"object":"list","data":[{"object":"embedding","index":0,"embedding":${vector}}],"model":"e5"}`);
  });
  const port = await listen(server, 0);
  if (how === "down") await closeNow(server);
  return {
    embedder: unwatchedProvider("embedder", `http://${HOST}:${port}/v1`),
    spec: { cache: { embedder: { provider: "embedder", model: "e5", dimensions: 384 } } },
    close: async () => {
      if (how !== "down") await closeNow(server);
    },
  };
}

export interface CancelledSeen {
  /** How the second question was answered, and when. */
  readonly state: string;
  readonly tookMs: number;
  /** What the upstream takes. */
  readonly upstreamMs: number;
  /** Upstream calls of the second question that its router ended, of all. */
  readonly ended: number;
  readonly calls: number;
  /** Rows of the second question's attempts. */
  readonly abandoned: number;
}

/** A question that another process has asked, while the upstream takes its time: the answer comes from the store. */
export async function runCancelled({
  delayMs,
  isStream,
}: {
  readonly delayMs: number;
  readonly isStream: boolean;
}): Promise<CancelledSeen> {
  const upstreamMs = 1_500;
  const lab = await startFlowLab({ processes: 2, delayMs, models: { [CACHED]: { exact: { ttl: "1h" } } } });
  try {
    lab.upstream.setFault(CACHED, `F06@ms=${upstreamMs}`);
    const question = "Where is the harbour of Lisbon?";
    await lab.ask(question, { model: CACHED });
    await sleep(500 + 2 * delayMs);
    const heard = await lab.ask(question, { model: CACHED, process: 1, stream: isStream });
    await sleep(300);
    const attempts = lab.attemptsAt(CACHED).slice(1);
    return {
      state: stateOf(heard),
      tookMs: heard.tookMs,
      upstreamMs,
      ended: attempts.filter(({ closed }) => closed === "client-left").length,
      calls: attempts.length,
      abandoned: Number(heard.headers["x-fairlead-attempts"]),
    };
  } finally {
    await lab.close();
  }
}
