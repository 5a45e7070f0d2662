import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosAttempt } from "../../rigs/chaos-upstream/index.ts";
import { askRouter, type Heard } from "../faults/ask-router.ts";
import { gateway, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { chatBody } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";
import { percentile } from "./statistics.ts";

export interface HedgingOptions {
  /** On a route that hedges, and as many on one that does not, by turns. */
  readonly requests: number;
  readonly perSecond: number;
  /** Of the first target's answers, and how late their content is. */
  readonly slowPercent: number;
  readonly slowMs: number;
}

export interface HedgingFigures {
  readonly requests: number;
  /** Requests for which two targets were asked. */
  readonly raced: number;
  /** Upstream attempts beyond the first of each request, as a share of requests. */
  readonly extraShare: number;
  /** Milliseconds to the first byte, at the 99th percentile. */
  readonly p99Ms: { readonly hedged: number; readonly plain: number };
  /** Answers that hold bytes of two attempts, or of another target than they say. */
  readonly mixed: readonly string[];
  /** Answers that were not 200 and whole. */
  readonly broken: readonly string[];
  /** Of each race, when the loser had ended, after the winner's first content; Infinity where it never did. Milliseconds. */
  readonly abortMs: readonly number[];
}

/** Processes for either route. */
const EACH = 2;
const MIN_DELAY = "100ms";
/** What is timed is the first content, so there is little after it. */
const SHORT = "events=3";
/** Without knowing what is usual nobody can be late. */
const WARM_UP_MS = 2_000;
const MODELS = { hedged: "x-hedged", plain: "x-plain" } as const;

/** Two routes to targets that are slow now and then: one asks a second target when the first is late. */
export async function runHedging({ perSecond, requests, slowMs, slowPercent }: HedgingOptions): Promise<HedgingFigures> {
  const lab = await startHedgingLab();
  try {
    await runTurns(lab, { requests: Math.ceil((perSecond * WARM_UP_MS) / 1_000), perSecond, from: 0 });
    lab.upstream.reset();
    for (const kind of ["hedged", "plain"]) {
      lab.upstream.setFault(`first-${kind}`, `F31@share=${slowPercent}@ms=${slowMs}@${SHORT}`);
      lab.upstream.setFault(`second-${kind}`, `ok@${SHORT}`);
    }
    const runs = await runTurns(lab, { requests: 2 * requests, perSecond, from: 1_000_000 });
    await sleep(slowMs);
    const byMarker = Map.groupBy(lab.upstream.attempts(), ({ body }) => markerIn(body));
    const hedged = runs.filter(({ kind }) => kind === "hedged");
    const attemptsOf = ({ marker }: Run): readonly ChaosAttempt[] => byMarker.get(marker) ?? [];
    const races = hedged.filter((run) => attemptsOf(run).length > 1);
    const extra = hedged.reduce((sum, run) => sum + Math.max(0, attemptsOf(run).length - 1), 0);
    return {
      requests: hedged.length,
      raced: races.length,
      extraShare: extra / hedged.length,
      p99Ms: { hedged: p99Of(hedged), plain: p99Of(runs.filter(({ kind }) => kind === "plain")) },
      mixed: runs.filter(({ heard }) => isMixed(heard)).map(tell),
      broken: runs.filter(({ heard }) => isBroken(heard)).map(tell),
      abortMs: races.flatMap((run) => losersEnd(attemptsOf(run), modelOf(run.heard))),
    };
  } finally {
    await lab.close();
  }
}

function startHedgingLab(): Promise<FleetLab> {
  const failover = { hedge: { afterPercentile: 95, minDelay: MIN_DELAY } };
  return startFleetLab({
    processes: 2 * EACH,
    objects: ({ url }) => [
      gateway([url], { retryBudget: UNLIMITED_RETRIES }),
      provider("one", url),
      provider("two", url),
      ruled(MODELS.hedged, { groups: groupsOf("hedged"), failover }),
      ruled(MODELS.plain, { groups: groupsOf("plain") }),
    ],
  });
}

function groupsOf(kind: keyof typeof MODELS): readonly object[] {
  return [group("first", [`one/first-${kind}`]), group("second", [`two/second-${kind}`])];
}

interface Run {
  readonly kind: keyof typeof MODELS;
  readonly marker: string;
  readonly heard: Heard;
}

/** By turns on either route, at a constant rate. Each has processes of its own: the hedge budget counts all requests of one. */
async function runTurns(
  lab: FleetLab,
  { from, perSecond, requests }: { readonly requests: number; readonly perSecond: number; readonly from: number },
): Promise<readonly Run[]> {
  const startedAt = performance.now();
  const runs = Array.from({ length: requests }, async (_, index): Promise<Run> => {
    await sleep(startedAt + (index * 1_000) / perSecond - performance.now());
    const kind = index % 2 === 0 ? "hedged" : "plain";
    const marker = `Request ${from + index}.`;
    const body = chatBody(MODELS[kind], { stream: true, messages: [{ role: "user", content: marker }] });
    const turn = Math.floor(index / 2) % EACH;
    const heard = await askRouter(lab.router(kind === "hedged" ? turn : EACH + turn), body);
    return { kind, marker, heard };
  });
  return Promise.all(runs);
}

function markerIn(body: string): string {
  return /Request \d+\./.exec(body)?.[0] ?? "";
}

function p99Of(runs: readonly Run[]): number {
  return percentile(
    runs.map(({ heard }) => heard.firstByteMs ?? heard.tookMs),
    0.99,
  );
}

function tell({ heard: { body, headers, status }, marker }: Run): string {
  return `${marker} ${status} from ${headers["x-fairlead-target"] ?? "nobody"}: ${body.toString().slice(0, 200)}`;
}

function modelOf({ headers }: Heard): string {
  return headers["x-fairlead-target"]?.split("/")[1] ?? "";
}

function isBroken({ body, status, whole }: Heard): boolean {
  return status !== 200 || !whole || !body.toString().endsWith("data: [DONE]\n\n");
}

/** The rig names the model in every event. */
function isMixed(heard: Heard): boolean {
  const named = new Set([...heard.body.toString().matchAll(/"model":"([^"]+)"/g)].map(([, name]) => name));
  return heard.status === 200 && (named.size !== 1 || !named.has(modelOf(heard)));
}

/** Of each loser, how long after the winner's first content it had ended. */
function losersEnd(race: readonly ChaosAttempt[], winningModel: string): readonly number[] {
  const wonAt = race.find(({ model }) => model === winningModel)?.contentAtMs ?? Number.NaN;
  return race.filter(({ model }) => model !== winningModel).map(({ closedAtMs }) => (closedAtMs ?? Infinity) - wonAt);
}
