import type { FlowLab } from "./flow-lab.ts";
import { startFlowLab } from "./flow-lab.ts";

export interface TogetherOptions {
  readonly model: string;
  /** At once, spread over the processes. */
  readonly requests: number;
  readonly processes: number;
}

export interface TogetherSeen {
  /** Answers 200 that were whole. */
  readonly answered: number;
  readonly calls: number;
  /** Different texts among them. */
  readonly texts: number;
}

/** The upstream's answer begins so late. */
const SLOW = "F06@ms=600";

/** The same question, asked at once by many, half of them as a stream. */
export async function runTogether(lab: FlowLab, { model, processes, requests }: TogetherOptions): Promise<TogetherSeen> {
  lab.upstream.setFault(model, SLOW);
  const before = lab.calls(model);
  const asked = Array.from({ length: requests }, (_, index) =>
    lab.ask("Which ships are in the harbour of Lisbon?", { model, process: index % processes, stream: index % 4 > 1 }),
  );
  const heard = (await Promise.all(asked)).filter(({ status, whole }) => status === 200 && whole);
  return {
    answered: heard.length,
    calls: lab.calls(model) - before,
    texts: new Set(heard.map(({ body }) => wordsOf(body.toString()))).size,
  };
}

/** Of a JSON answer or a stream. */
function wordsOf(body: string): string {
  const pieces = [...body.matchAll(/"content":("(?:[^"\\]|\\.)*")/gu)].map(([, text = '""']) => JSON.parse(text) as string);
  return pieces.join("");
}

/** As `runTogether`, in a lab of its own. */
export async function runCoalesced(options: Omit<TogetherOptions, "model">): Promise<TogetherSeen> {
  const lab = await startFlowLab({ processes: options.processes, models: { together: { exact: { ttl: "1h" }, coalesce: {} } } });
  try {
    return await runTogether(lab, { ...options, model: "together" });
  } finally {
    await lab.close();
  }
}

export interface PromotedSeen {
  readonly answered: number;
  readonly followers: number;
  readonly calls: number;
  /** Milliseconds until the last was answered, and what an answer takes. */
  readonly tookMs: number;
  readonly upstreamMs: number;
}

/** The router of whoever asks upstream is killed (SIGKILL) while the others wait. */
export async function runPromoted({
  followers,
  processes,
}: {
  readonly followers: number;
  readonly processes: number;
}): Promise<PromotedSeen> {
  const upstreamMs = 600;
  const lab = await startFlowLab({ processes, models: { together: { exact: { ttl: "1h" }, coalesce: {} } } });
  try {
    lab.upstream.setFault("together", `F06@ms=${upstreamMs}`);
    // What answers take is known everywhere.
    await Promise.all(
      Array.from({ length: processes * 3 }, (_, index) =>
        lab.ask(`Where is harbour ${index}?`, { model: "together", process: index % processes }),
      ),
    );
    const before = lab.calls("together");
    const question = "Which ships are in the harbour of Lisbon?";
    const leader = lab.ask(question, { model: "together", process: 0 });
    while (lab.calls("together") === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const startedAt = performance.now();
    const waiting = Array.from({ length: followers }, (_, index) =>
      lab.ask(question, { model: "together", process: 1 + (index % (processes - 1)) }),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(lab.router(0).pid, "SIGKILL");
    const heard = await Promise.all(waiting);
    const tookMs = performance.now() - startedAt;
    await leader;
    const answered = heard.filter(({ status, whole }) => status === 200 && whole).length;
    return { answered, followers, calls: lab.calls("together") - before, tookMs, upstreamMs };
  } finally {
    await lab.close();
  }
}
