import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { stickyDraw } from "../../../src/core/routing/affinity.ts";
import { askRouter } from "../faults/ask-router.ts";
import { mapConcurrently } from "../faults/lab.ts";
import { gateway, type PolicyObject, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { administer } from "./administer.ts";
import { chatBody, targetOf } from "./ask-chat.ts";
import { type FleetLab, startFleetLab, writePolicies } from "./fleet-lab.ts";
import { createCaller, type NewCaller } from "./new-caller.ts";
import { group, ruled } from "./rule-objects.ts";

export interface StickyOptions {
  readonly callers: number;
  /** Callers for which the share is worked out without being asked. */
  readonly computed: number;
}

/** What every key got, over all processes and after one of them was started anew. */
export interface StickyFigures {
  readonly asked: number;
  readonly answered: number;
  /** Keys that got more than one of the targets. */
  readonly flipped: number;
  /** Share of the keys that each target got. */
  readonly shares: Readonly<Record<string, number>>;
}

export interface RolloutFigures extends StickyFigures {
  /** Callers that got another generation than the hash of their name says. */
  readonly unexpected: number;
  /** Share of the callers that were computed. */
  readonly computedShare: number;
  /** Callers on the canary at 10 % that were not at 50 %. */
  readonly leftWhenGrown: number;
}

export interface AllStickyFigures {
  readonly rollout: RolloutFigures;
  readonly split: StickyFigures;
  readonly hash: StickyFigures;
}

const PROCESSES = 4;
const WIDTH = 32;
const HASH_WIDTH = 3;
const SHARE = 0.1;
const GROWN_SHARE = 0.5;
/** In which every isolate follows a decision. */
const FOLLOW_MS = 10_000;
const TARGETS = ["a", "b", "c", "d"];

/** A canary, a split by caller and a consistent hash, asked by every caller at every process. */
export async function runSticky({ callers: count, computed }: StickyOptions): Promise<AllStickyFigures> {
  const identity = createIdentity();
  const callers = await Promise.all(
    Array.from({ length: count }, (_, index) => createCaller(`caller-${index}`, identity.pepper)),
  );
  const consumers = callers.map(({ object }) => object);
  const lab = await startFleetLab({
    processes: PROCESSES,
    identity,
    keepsContents: false,
    objects: ({ url }) => [...consumers, ...objectsOf(url, "old")],
  });
  const candidate = await writePolicies([...consumers, ...objectsOf(lab.upstream.url, "new")]);
  try {
    const split = await askEveryone(lab, callers, { model: "x-split" });
    // With more in flight a target's neighbours help it out.
    const hash = await askEveryone(lab, callers, { model: "x-hash", width: HASH_WIDTH });
    return { split, hash, rollout: await rollOut(lab, callers, { candidate, computed }) };
  } finally {
    await lab.close();
    await rm(candidate, { recursive: true, force: true });
  }
}

function objectsOf(url: string, generation: string): readonly PolicyObject[] {
  const variants = [
    { name: "most", percent: "80%", groups: [group("only", ["one/most"])] },
    { name: "few", percent: "20%", groups: [group("only", ["one/few"])] },
  ];
  const targets = TARGETS.map((name) => `one/${name}`);
  return [
    gateway([url], { retryBudget: UNLIMITED_RETRIES }),
    provider("one", url),
    ruled("x-rollout", { groups: [group("only", [`one/${generation}`])] }),
    ruled("x-split", { split: { by: { by: "Caller" }, variants } }),
    ruled("x-hash", { groups: [group("all", targets, { hash: { by: "Header", header: "x-session" } })] }),
  ];
}

async function rollOut(
  lab: FleetLab,
  callers: readonly NewCaller[],
  { candidate, computed }: { readonly candidate: string; readonly computed: number },
): Promise<RolloutFigures> {
  await administer(lab.router(0), "rollout", ["start", candidate, "--share", `${SHARE * 100}%`]);
  await follow(lab, callers);
  const answers = new Map<string, Set<string>>();
  const figures = await askEveryone(lab, callers, { model: "x-rollout", answers });
  const digest = await readCanaryDigest(lab);
  const isTried = (name: string): boolean => stickyDraw(`rollout ${digest}`, `default/${name}`) < SHARE;
  const got = (name: string, target: string): boolean => answers.get(name)?.has(target) === true;
  await administer(lab.router(0), "rollout", ["share", `${GROWN_SHARE * 100}%`]);
  await follow(lab, callers);
  const grown = new Map<string, Set<string>>();
  await askEveryone(lab, callers, { model: "x-rollout", answers: grown });
  const tried = callers.filter(({ name }) => got(name, "one/new"));
  return {
    ...figures,
    unexpected: callers.filter(({ name }) => got(name, "one/new") !== isTried(name)).length,
    computedShare: Array.from({ length: computed }, (_, index) => isTried(`caller-${index}`)).filter(Boolean).length / computed,
    leftWhenGrown: tried.filter(({ name }) => grown.get(name)?.has("one/old") === true).length,
  };
}

/** What is decided is learnt beside requests. */
async function follow(lab: FleetLab, callers: readonly NewCaller[]): Promise<void> {
  await sleep(FOLLOW_MS);
  await Promise.all(lab.fleet.routers.map(({ url }) => askAs(url, callers[0], "x-rollout")));
}

async function readCanaryDigest(lab: FleetLab): Promise<string> {
  const { adminKey, url } = lab.router(0);
  const response = await fetch(`${url}/admin/api/rollout`, { headers: { authorization: `Bearer ${adminKey}` } });
  const { head } = (await response.json()) as { readonly head: { readonly canary: { readonly digest: string } | null } }; // our own admin API
  return head.canary?.digest ?? "";
}

interface Asking {
  readonly model: string;
  readonly width?: number;
  /** Targets by caller, which this adds to. */
  readonly answers?: Map<string, Set<string>>;
}

/** Every caller at every process, and again at one that was started anew. */
async function askEveryone(
  lab: FleetLab,
  callers: readonly NewCaller[],
  { answers = new Map(), model, width = WIDTH }: Asking,
): Promise<StickyFigures> {
  let [asked, answered] = [0, 0];
  const round = async (urls: readonly string[]): Promise<void> => {
    const calls = urls.flatMap((url) => callers.map((caller) => ({ url, caller })));
    await mapConcurrently(calls, width, async ({ caller, url }) => {
      const target = await askAs(url, caller, model);
      asked += 1;
      if (target !== "") answered += 1;
      answers.set(caller.name, (answers.get(caller.name) ?? new Set()).add(target));
    });
  };
  await round(lab.urls());
  await lab.fleet.restartRouter(PROCESSES - 1);
  await round(lab.urls(PROCESSES - 1));
  const firsts = [...answers.values()].map((targets) => [...targets][0] ?? "");
  const counts = Map.groupBy(firsts, (target) => target);
  return {
    asked,
    answered,
    flipped: [...answers.values()].filter(({ size }) => size > 1).length,
    shares: Object.fromEntries([...counts].map(([target, got]) => [target, got.length / callers.length])),
  };
}

async function askAs(url: string, caller: NewCaller | undefined, model: string): Promise<string> {
  const headers = { "x-session": caller?.name ?? "" };
  return targetOf(await askRouter({ url, key: caller?.key ?? "" }, chatBody(model), { headers }));
}
