import { setTimeout as sleep } from "node:timers/promises";
import { runLoad } from "../../rigs/load/run-load.ts";
import { gateway, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { chatBody } from "./ask-chat.ts";
import { startFleetLab } from "./fleet-lab.ts";
import { readHealthView } from "./read-health.ts";
import { group, ruled } from "./rule-objects.ts";
import { leastGap } from "./statistics.ts";

export interface FlappingOptions {
  readonly delayMs: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface FlappingFigures {
  readonly delayMs: number;
  readonly requests: number;
  readonly unanswered: number;
  /** Times that a process took a target out of rotation or back in, over all processes and both targets. */
  readonly changes: number;
  /** Between two of one target in one process. Milliseconds; Infinity where none had two. */
  readonly leastGapMs: number;
  /** How often each process was asked. Milliseconds: by so much a gap may seem shorter than it was. */
  readonly lookMs: number;
}

const PROCESSES = 4;
const LOOK_MS = 200;
/** One is never up for long enough to be trusted again, the other is. */
const FLAPPING = { quick: "F29@up=5@down=5", slow: "F29@up=15@down=6" } as const;
const NAMES = ["quick", "slow"] as const;

/** Two targets that are up and down by turns, each beside a healthy one. */
export async function runFlapping({ delayMs, perSecond, seconds }: FlappingOptions): Promise<FlappingFigures> {
  const lab = await startFleetLab({
    processes: PROCESSES,
    delayMs,
    keepsContents: false,
    objects: ({ url }) => [
      gateway([url], { retryBudget: UNLIMITED_RETRIES }),
      provider("one", url),
      provider("two", url),
      ...NAMES.map((name) => ruled(`x-${name}`, { groups: [group("both", [`one/${name}`, "two/steady"])] })),
    ],
  });
  try {
    for (const name of NAMES) lab.upstream.setFault(name, FLAPPING[name]);
    const load = runLoad({
      urls: lab.urls(),
      key: lab.router(0).key,
      perSecond,
      seconds,
      // Both at every process.
      body: (index) => chatBody(`x-${NAMES[Math.floor(index / PROCESSES) % NAMES.length] ?? ""}`),
    });
    const until = Date.now() + seconds * 1_000;
    const changes = await Promise.all(
      lab.fleet.routers.flatMap((router) => NAMES.map((name) => watch(() => isInRotation(router, name), until))),
    );
    const results = await load;
    return {
      delayMs,
      requests: results.length,
      unanswered: results.filter(({ status }) => status !== 200).length,
      changes: changes.flat().length,
      leastGapMs: Math.min(...changes.map(leastGap)),
      lookMs: LOOK_MS,
    };
  } finally {
    await lab.close();
  }
}

async function isInRotation(router: Parameters<typeof readHealthView>[0], name: string): Promise<boolean> {
  const { targets } = await readHealthView(router);
  return (targets[`default/one/${name}`]?.standing ?? "ready") === "ready";
}

/** When the answer changed. Epoch milliseconds. */
async function watch(look: () => Promise<boolean>, until: number): Promise<readonly number[]> {
  const changes: number[] = [];
  let before = true;
  while (Date.now() < until) {
    const now = await look();
    if (now !== before) changes.push(Date.now());
    before = now;
    await sleep(LOOK_MS);
  }
  return changes;
}
