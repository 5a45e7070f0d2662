import { setTimeout as sleep } from "node:timers/promises";
import { mapConcurrently } from "../faults/lab.ts";
import { gateway, type PolicyObject, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { startFleetLab, type FleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";
import { askSurface, judgeSurface, SURFACES, type Surface } from "./surfaces.ts";
import { percentile } from "./statistics.ts";

export interface FailoverOptions {
  /** Of each fault at each surface, in a stream and in JSON. */
  readonly runs: number;
  /** Under way at once: few, so that what is timed is the router. */
  readonly width: number;
  /** Default: all. */
  readonly surfaces?: readonly Surface[];
}

export interface FailoverCell {
  readonly fault: string;
  readonly surface: Surface;
  readonly stream: boolean;
  readonly runs: number;
  /** Answered with 200 by the other target after two attempts, whole, without a byte of the failed one. */
  readonly right: number;
  /** The first few that were not. */
  readonly problems: readonly string[];
  /**
   * What failing over adds, in milliseconds: the 99th percentile of these requests, less that of healthy ones asked between
   * them, less what the fault takes to be noticed.
   */
  readonly addedP99Ms: number;
}

/** One way to fail, over all surfaces and forms. */
export interface FailoverWay {
  readonly fault: string;
  /** As of a cell. */
  readonly addedP99Ms: number;
}

export interface FailoverFigures {
  readonly cells: readonly FailoverCell[];
  readonly ways: readonly FailoverWay[];
  readonly requests: number;
}

const PROCESSES = 4;
/** A process remembers a thousand targets: whoever comes round is new. And no number of processes divides it. */
const TARGETS = 1_203;
const FIRST = "failing";
const SECOND = "steady";
const TTFT_MS = 400;
/** A JSON attempt has its share of the deadline: one of two targets. */
const TOTAL_MS = 2 * TTFT_MS;
/** Faults that only a timer ends. */
const WAITING = new Set(["F05", "F06", "F07", "F08"]);
/** Each in a form that a short run can wait for. */
const FAULTS = "F01 F02 F03 F04 F05 F06@ms=5000 F07 F08 F09 F10 F11 F12 F13 F14 F15 F16".split(" ");
const WIDTH_OF_WAITING = 32;
/** One healthy request for so many that meet a fault: machine and hub delay both alike. */
const HEALTHY_EVERY = 2;
const HEALTHY = "x-healthy";
const WARM_UP = 20;
/** Who asks for a pause is left alone by all processes: those targets are met by one fault alone, and not again before it is over. */
const KINDS = ["open", "unreachable", "refusing", "limited", "overloaded"] as const;

/** Every fault before the first byte, at every surface, in streams and in JSON: each request meets it at a target of its own. */
export async function runFailover({ runs, surfaces = SURFACES, width }: FailoverOptions): Promise<FailoverFigures> {
  const lab = await startFailoverLab();
  try {
    const cells: FailoverCell[] = [];
    const ways = FAULTS.map((fault) => ({ fault: fault.slice(0, 3), times: [] as number[], healthyTimes: [] as number[] }));
    let next = 0;
    const count = (number: number): number => (next += number) - number;
    for (const [surface, stream] of surfaces.flatMap((name) => [true, false].map((form) => [name, form] as const))) {
      for (const [index, fault] of FAULTS.entries()) {
        const isWaiting = WAITING.has(fault.slice(0, 3));
        const cell = { fault, surface, stream, runs, width: isWaiting ? WIDTH_OF_WAITING : width, from: count(runs) };
        const ran = await runCell(lab, cell);
        const { problems, right } = ran;
        // What is left is what comes after the failure was noticed.
        const timed = { times: ran.times.map((ms) => ms - (isWaiting ? TTFT_MS : 0)), healthyTimes: ran.healthyTimes };
        ways[index]?.times.push(...timed.times);
        ways[index]?.healthyTimes.push(...timed.healthyTimes);
        const addedP99Ms = addedBy(timed);
        cells.push({ fault: fault.slice(0, 3), surface, stream, runs, right, problems: problems.slice(0, 3), addedP99Ms });
      }
    }
    const added = ways.map((way) => ({ fault: way.fault, addedP99Ms: addedBy(way) }));
    return { cells, ways: added, requests: cells.reduce((sum, cell) => sum + cell.runs, 0) };
  } finally {
    await lab.close();
  }
}

interface Cell {
  readonly fault: string;
  readonly surface: Surface;
  readonly stream: boolean;
  readonly runs: number;
  readonly width: number;
  /** The number of its first request. */
  readonly from: number;
}

interface Ran {
  readonly right: number;
  readonly problems: readonly string[];
  readonly times: readonly number[];
  readonly healthyTimes: readonly number[];
}

function addedBy({ healthyTimes, times }: Pick<Ran, "times" | "healthyTimes">): number {
  return percentile(times, 0.99) - percentile(healthyTimes, 0.99);
}

async function runCell(lab: FleetLab, { fault, from, runs, stream, surface, width }: Cell): Promise<Ran> {
  const problems: string[] = [];
  const times: number[] = [];
  const healthyTimes: number[] = [];
  const kind = kindOf(fault);
  if (kind === "refusing") await forgetCredentials(lab);
  await mapConcurrently(Array.from({ length: runs }), width, async (_, run) => {
    // Those that wait for a timer do not all begin, and so fail over, at once.
    if (WAITING.has(fault.slice(0, 3)) && run < width) await sleep((run * TTFT_MS) / width);
    const number = from + run;
    const target = `${FIRST}-${number % TARGETS}`;
    // A connection that is refused never comes to the rig.
    if (kind !== "unreachable") lab.upstream.setFault(target, fault);
    const router = lab.router(number % PROCESSES);
    const heard = await askSurface(router, { surface, model: `x-${kind}-${number % TARGETS}`, stream });
    times.push(heard.tookMs);
    const wrong = judgeSurface(heard, { surface, stream, model: SECOND, attempts: "2", never: FIRST });
    if (wrong !== null) problems.push(wrong);
    if (run % HEALTHY_EVERY > 0) return;
    const healthy = await askSurface(router, { surface, model: HEALTHY, stream });
    const unwell = judgeSurface(healthy, { surface, stream, model: SECOND, attempts: "1", never: FIRST });
    if (unwell === null) healthyTimes.push(healthy.tookMs);
    else problems.push(`a healthy request: ${unwell}`);
  });
  return { right: runs - problems.length, problems, times, healthyTimes };
}

type Kind = (typeof KINDS)[number];

const KIND_OF: Readonly<Record<string, Kind>> = { F01: "unreachable", F11: "limited", F12: "overloaded", F13: "refusing" };

function kindOf(fault: string): Kind {
  return KIND_OF[fault] ?? "open";
}

/** A credential that was refused stays out for longer than a cell takes, everywhere: all start anew. */
async function forgetCredentials({ fleet }: FleetLab): Promise<void> {
  await fleet.restartObjectHost();
  for (const process of fleet.routers.keys()) await fleet.restartRouter(process);
  // The first requests of a new process are slow, and say nothing of failover.
  for (const router of fleet.routers) {
    for (let request = 0; request < WARM_UP; request += 1) {
      await askSurface(router, { surface: "chat", model: HEALTHY, stream: request % 2 === 0 });
    }
  }
}

function startFailoverLab(): Promise<FleetLab> {
  const numbers = Array.from({ length: TARGETS }, (_, target) => target);
  return startFleetLab({
    processes: PROCESSES,
    keepsContents: false,
    objects: ({ refusedUrl, url }) => [
      gateway([url, refusedUrl], { retryBudget: UNLIMITED_RETRIES }),
      provider("open", url),
      provider("limited", url),
      provider("overloaded", url),
      provider("unreachable", refusedUrl),
      provider("second", url),
      ruled(HEALTHY, { groups: [group("only", [`second/${SECOND}`])] }),
      // Each with a credential of its own, if only the one of those who take none.
      ...numbers.map((target) => provider(`refusing-${target}`, url)),
      ...KINDS.flatMap((kind) => numbers.map((target) => routeTo(kind, target))),
    ],
  });
}

function routeTo(kind: Kind, target: number): PolicyObject {
  const first = `${kind === "refusing" ? `refusing-${target}` : kind}/${FIRST}-${target}`;
  return ruled(`x-${kind}-${target}`, {
    groups: [group("first", [first]), group("second", [`second/${SECOND}`])],
    timeouts: { ttft: `${TTFT_MS}ms`, idle: `${TTFT_MS}ms`, total: `${TOTAL_MS}ms` },
  });
}
