import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosAttempt } from "../../rigs/chaos-upstream/index.ts";
import { type LoadOptions, runLoad } from "../../rigs/load/run-load.ts";
import { gateway, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { askChat, chatBody } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";
import { leastGap } from "./statistics.ts";

export interface EjectionOptions {
  /** What a call to the objects takes longer, in milliseconds. */
  readonly delayMs: number;
  /** Requests over two processes; a third gets one a second, a fourth idles. */
  readonly perSecond: number;
  readonly healthySeconds: number;
  readonly deadSeconds: number;
  /** How long its return is watched; 0: not at all. */
  readonly revivedSeconds: number;
}

export interface EjectionFigures {
  readonly delayMs: number;
  readonly requests: number;
  /** Answers that were not 200 from a healthy target. */
  readonly unanswered: number;
  /** From the fifth failure in a row of any process to the last request at the dead target before it was left alone. */
  readonly lastAfterMs: number;
  /** What still came after that, while it was dead. */
  readonly probes: number;
  readonly probedSeconds: number;
  readonly leastProbeGapMs: number;
  /** Requests at the dead target by the process that had been idle, of the twenty that it was asked one after the other. */
  readonly fromIdle: number;
  /** Of the only target of a route, which failed all the time: requests asked and requests that reached it. */
  readonly lonely: { readonly asked: number; readonly reached: number };
  readonly revival: RevivalFigures | null;
}

export interface RevivalFigures {
  /** From the revival to the third good probe; NaN: there was none. */
  readonly provenAfterMs: number;
  /** Between the first three good answers. */
  readonly leastProbeGapMs: number;
  /** Of five seconds each since then, as a share of what it got before it died. */
  readonly shares: readonly number[];
}

const VICTIM = "victim";
const LONELY = "lonely";
const LOADED = 2;
/** It would take seconds to see five failures itself. */
const SLOW = 2;
const IDLE = 3;
const IDLE_REQUESTS = 20;
/** A dead target that nobody has asked for so long is left alone. */
const QUIET_MS = 3_000;
const BUCKET_MS = 5_000;
const FAILURES_IN_ROW = 5;
const PROOF = 3;
const LONELY_PER_SECOND = 5;

/** Kills a target under traffic, watches who still asks it, revives it and watches its return. */
export async function runEjection(options: EjectionOptions): Promise<EjectionFigures> {
  const lab = await startEjectionLab(options.delayMs);
  try {
    // So that the idle process is idle, not new.
    await askChat(lab.router(IDLE), "x-ordered");
    const { deadSeconds, healthySeconds, perSecond, revivedSeconds } = options;
    const { key } = lab.router(0);
    const load = (model: string, rate: Pick<LoadOptions, "perSecond" | "seconds">, urls = lab.urls(0, LOADED)) =>
      runLoad({ urls, key, ...rate, body: () => chatBody(model) });
    const seconds = healthySeconds + deadSeconds + revivedSeconds;
    const shared = load("x-shared", { perSecond, seconds });
    const slow = load("x-ordered", { perSecond: 1, seconds }, lab.urls(SLOW, SLOW + 1));
    await sleep(healthySeconds * 1_000);
    const diedAt = Date.now();
    lab.upstream.setFault(VICTIM, "F02");
    const lonely = load("x-lonely", { perSecond: LONELY_PER_SECOND, seconds: deadSeconds });
    await sleep((deadSeconds * 1_000) / 2);
    const fromIdle = await askIdle(lab);
    await sleep(Math.max(0, diedAt + deadSeconds * 1_000 - Date.now()));
    const revivedAt = Date.now();
    lab.upstream.setFault(VICTIM, null);
    const [fast, alone, few] = await Promise.all([shared, lonely, slow]);
    const results = [...fast, ...few];
    const attempts = lab.attemptsAt(VICTIM).filter(({ credential }) => credential !== credentialOf(IDLE));
    const leftAt = leftAlone(attempts, { diedAt, revivedAt });
    const probes = attempts.filter(({ startedAtMs }) => startedAtMs > leftAt && startedAtMs < revivedAt);
    return {
      delayMs: options.delayMs,
      requests: results.length,
      unanswered: results.filter(({ status, whole }) => status !== 200 || !whole).length,
      lastAfterMs: leftAt - fifthFailure(attempts, diedAt),
      probes: probes.length,
      probedSeconds: (revivedAt - leftAt) / 1_000,
      leastProbeGapMs: leastGap(probes.map(({ startedAtMs }) => startedAtMs)),
      fromIdle,
      lonely: { asked: alone.length, reached: alone.filter(({ attempts: made }) => (made ?? 0) > 0).length },
      revival: revivedSeconds === 0 ? null : describeRevival(attempts, { ...options, diedAt, revivedAt }),
    };
  } finally {
    await lab.close();
  }
}

function startEjectionLab(delayMs: number): Promise<FleetLab> {
  return startFleetLab({
    processes: IDLE + 1,
    delayMs,
    keepsContents: false,
    env: (process) => ({ FIRST_KEY: keyOf(process), SECOND_KEY: keyOf(process) }),
    objects: ({ url }) => [
      gateway([url], { retryBudget: UNLIMITED_RETRIES }),
      provider("first", url, ["key"]),
      provider("second", url, ["key"]),
      ruled("x-shared", { groups: [group("both", [`first/${VICTIM}`, "second/steady"])] }),
      ruled("x-ordered", { groups: [group("one", [`first/${VICTIM}`]), group("two", ["second/steady"])] }),
      // F09 by name: always 500.
      ruled("x-lonely", { groups: [group("only", [`second/${LONELY}-F09`])], failover: { maxAttempts: 1 } }),
    ],
  });
}

const keyOf = (process: number): string => `sk-${process}`;
const credentialOf = (process: number): string => `Bearer ${keyOf(process)}`;

async function askIdle(lab: FleetLab): Promise<number> {
  const before = countFromIdle(lab);
  for (let index = 0; index < IDLE_REQUESTS; index += 1) await askChat(lab.router(IDLE), "x-ordered");
  return countFromIdle(lab) - before;
}

function countFromIdle(lab: FleetLab): number {
  return lab.attemptsAt(VICTIM).filter(({ credential }) => credential === credentialOf(IDLE)).length;
}

/** When the first process saw its fifth failure in a row. */
function fifthFailure(attempts: readonly ChaosAttempt[], diedAt: number): number {
  const failed = attempts.filter(({ startedAtMs }) => startedAtMs >= diedAt);
  const fifths = [...Map.groupBy(failed, ({ credential }) => credential).values()].map(
    (own) => own.map(({ closedAtMs, startedAtMs }) => closedAtMs ?? startedAtMs)[FAILURES_IN_ROW - 1] ?? Infinity,
  );
  return Math.min(...fifths);
}

/** The last request before nobody asked for a while. */
function leftAlone(attempts: readonly ChaosAttempt[], { diedAt, revivedAt }: { diedAt: number; revivedAt: number }): number {
  const times = attempts.map(({ startedAtMs }) => startedAtMs).filter((time) => time >= diedAt && time < revivedAt);
  const last = times.findIndex((time, index) => (times[index + 1] ?? revivedAt) - time >= QUIET_MS);
  return times[last] ?? revivedAt;
}

function describeRevival(
  attempts: readonly ChaosAttempt[],
  { diedAt, healthySeconds, revivedAt }: { diedAt: number; revivedAt: number; healthySeconds: number },
): RevivalFigures {
  const good = attempts.filter(({ startedAtMs, status }) => startedAtMs >= revivedAt && status === 200);
  const times = good.map(({ startedAtMs }) => startedAtMs);
  const provenAt = times[PROOF - 1] ?? Number.NaN;
  const end = attempts.at(-1)?.startedAtMs ?? provenAt;
  const usual = attempts.filter(({ startedAtMs }) => startedAtMs < diedAt).length / (healthySeconds * 1_000);
  const buckets = Math.max(0, Math.floor((end - provenAt) / BUCKET_MS) || 0);
  return {
    provenAfterMs: provenAt - revivedAt,
    leastProbeGapMs: leastGap(times.slice(0, PROOF)),
    shares: Array.from({ length: buckets }, (_, bucket) => {
      const from = provenAt + bucket * BUCKET_MS;
      return times.filter((time) => time > from && time <= from + BUCKET_MS).length / (usual * BUCKET_MS);
    }),
  };
}
