import { setTimeout as sleep } from "node:timers/promises";
import { runLoad } from "../../rigs/load/run-load.ts";
import { gateway, type PolicyObject, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { askChat, chatBody, codeOf, targetOf } from "./ask-chat.ts";
import { type FleetLab, startFleetLab } from "./fleet-lab.ts";
import { type HealthView, readHealthView } from "./read-health.ts";
import { group, ruled } from "./rule-objects.ts";
import { startSizedUpstream } from "./sized-upstream.ts";

export interface RefusalOptions {
  readonly perSecond: number;
  /** Of each refusal. */
  readonly seconds: number;
}

export interface ThrottleFigures {
  readonly status: number;
  readonly requests: number;
  readonly answered: number;
  /** Refusals that the upstream gave. */
  readonly refused: number;
  /** Looks at the target's health, over all processes, and those that found it out of rotation or let in slowly. */
  readonly looks: number;
  readonly notReady: number;
}

export interface CredentialFigures {
  readonly status: number;
  readonly requests: number;
  /** Of them 200; no other target stood by, and the retry budget was nothing. */
  readonly answered: number;
  readonly refused: number;
  /** Attempts with the refused credential in the seconds after it had been refused first: from the third on. */
  readonly stillUsed: number;
  /** Processes whose alarms name it, of those that saw it refused. */
  readonly alarmed: number;
  readonly processes: number;
  /** Looks that found the target out of rotation. */
  readonly notReady: number;
}

export interface ExhaustedFigures {
  readonly status: number;
  readonly code: string;
}

const PROCESSES = 4;
const LOOK_MS = 500;
/** By when every process knows that a credential is out. */
const KNOWN_MS = 3_000;

/** 429 and 529: throttled, never ejected. */
export async function runThrottling({ perSecond, seconds }: RefusalOptions): Promise<readonly ThrottleFigures[]> {
  const lab = await startRefusalLab(UNLIMITED_RETRIES);
  try {
    const figures: ThrottleFigures[] = [];
    for (const [status, fault] of [
      [429, "F11@seconds=1"],
      [529, "F12"],
    ] as const) {
      const model = `limited-${status}`;
      lab.upstream.setFault(model, fault);
      const views: HealthView[] = [];
      const [results] = await Promise.all([
        runLoad({ urls: lab.urls(), key: lab.router(0).key, perSecond, seconds, body: () => chatBody(`x-${model}`) }),
        look(lab, seconds, views),
      ]);
      const found = views.flatMap(({ targets }) => targets[`default/open/${model}`] ?? []);
      figures.push({
        status,
        requests: results.length,
        answered: results.filter((result) => result.status === 200).length,
        refused: lab.attemptsAt(model).filter((attempt) => attempt.status === status).length,
        looks: found.length,
        notReady: found.filter(({ slowStartFactor, standing }) => standing !== "ready" || slowStartFactor < 1).length,
      });
    }
    return figures;
  } finally {
    await lab.close();
  }
}

/** 401 and 403 for one of two credentials, with a retry budget of nothing. */
export async function runCredentialRefusal({ perSecond, seconds }: RefusalOptions): Promise<readonly CredentialFigures[]> {
  const figures: CredentialFigures[] = [];
  for (const status of [401, 403]) {
    const lab = await startRefusalLab({ percent: "0%", minPerSecond: 0 });
    try {
      // It accepts the credential that it is shown first, and after a rotation the other one.
      const rotatesAfter = Math.max(1, Math.floor(seconds / 4));
      lab.upstream.setFault("keyed", `F34@seconds=${rotatesAfter}@status=${status}`);
      const views: HealthView[] = [];
      const [results] = await Promise.all([
        runLoad({
          urls: lab.urls(),
          key: lab.router(0).key,
          perSecond,
          // One rotation: the second would give the first credential back.
          seconds: rotatesAfter * 2 - 0.5,
          body: () => chatBody("x-keyed"),
        }),
        look(lab, rotatesAfter * 2, views),
      ]);
      const refused = lab.attemptsAt("keyed").filter((attempt) => attempt.status === status);
      const firstAt = refused[0]?.startedAtMs ?? Number.NaN;
      const alarmed = (await readAll(lab)).filter(({ alarms }) =>
        alarms.some(({ kind, subject }) => kind === "credential_refused" && subject === "default/keyed#primary"),
      );
      figures.push({
        status,
        requests: results.length,
        answered: results.filter((result) => result.status === 200).length,
        refused: refused.length,
        stillUsed: refused.filter(({ startedAtMs }) => startedAtMs > firstAt + KNOWN_MS).length,
        alarmed: alarmed.length,
        processes: PROCESSES,
        notReady: views.filter(({ targets }) => targets["default/keyed/keyed"]?.standing !== "ready").length,
      });
    } finally {
      await lab.close();
    }
  }
  return figures;
}

/** Every credential refused: the request that finds out, and the one after it. */
export async function runExhaustion(): Promise<readonly ExhaustedFigures[]> {
  const lab = await startRefusalLab({ percent: "0%", minPerSecond: 0 });
  try {
    lab.upstream.setFault("keyed", "F13");
    const figures: ExhaustedFigures[] = [];
    for (let index = 0; index < 2; index += 1) {
      const heard = await askChat(lab.router(0), "x-keyed");
      figures.push({ status: heard.status, code: codeOf(heard) });
    }
    return figures;
  } finally {
    await lab.close();
  }
}

/** A conversation that is too long for the first target: who answers, and who was asked. */
export async function runContextLength(): Promise<{ readonly answeredBy: string; readonly asked: readonly string[] }> {
  const sized = await startSizedUpstream();
  const lab = await startFleetLab({
    processes: 1,
    objects: () => {
      const models = [window("fits-500", 500), window("fits-400", 400), window("fits-50000", 50_000)];
      const base = provider("sized", sized.url);
      const targets = models.map(({ name }, index) => group(`group-${index + 1}`, [`sized/${name}`]));
      return [
        gateway([sized.url], { retryBudget: UNLIMITED_RETRIES }),
        { ...base, spec: { ...(base["spec"] as PolicyObject), models } }, // `provider` writes it
        ruled("x-long", { groups: targets }),
      ];
    },
  });
  try {
    const messages = [{ role: "user", content: "harbour ".repeat(200) }];
    return { answeredBy: targetOf(await askChat(lab.router(0), "x-long", { messages })), asked: sized.asked() };
  } finally {
    await lab.close();
    await sized.close();
  }
}

function window(name: string, contextTokens: number): { readonly name: string; readonly contextTokens: number } {
  return { name, contextTokens };
}

function startRefusalLab(retryBudget: PolicyObject): Promise<FleetLab> {
  return startFleetLab({
    processes: PROCESSES,
    env: () => ({ KEYED_PRIMARY: "sk-primary", KEYED_SPARE: "sk-spare" }),
    objects: ({ url }) => [
      gateway([url], { retryBudget }),
      provider("open", url),
      provider("keyed", url, ["primary", "spare"]),
      ...[429, 529].map((status) =>
        ruled(`x-limited-${status}`, { groups: [group("both", [`open/limited-${status}`, "open/steady"])] }),
      ),
      ruled("x-keyed", { groups: [group("only", ["keyed/keyed"])] }),
    ],
  });
}

function readAll(lab: FleetLab): Promise<readonly HealthView[]> {
  return Promise.all(lab.fleet.routers.map(readHealthView));
}

async function look(lab: FleetLab, seconds: number, into: HealthView[]): Promise<void> {
  const until = Date.now() + seconds * 1_000;
  while (Date.now() < until) {
    await sleep(LOOK_MS);
    into.push(...(await readAll(lab)));
  }
}
