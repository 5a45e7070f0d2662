import { CHAOS_ACCOUNT_ID } from "../../rigs/chaos-upstream/index.ts";
import type { Heard } from "./ask-router.ts";
import { ask, BEARER, errorCodeOf, SECRETS, startRulesLab, STREAM_CAP } from "./attempt-rules-lab.ts";
import { eventually, type Lab, rigAt } from "./lab.ts";

interface Answered {
  readonly status: number;
  readonly attempts: string;
  readonly code: string;
}

/** `keys` names the credential of each attempt in order: `first`, `second`. */
export interface KeyFigures extends Answered {
  readonly keys: readonly string[];
  /** Secrets or account ids of ours in what the caller was told. */
  readonly leaks: number;
}

export interface WaitFigures extends Answered {
  readonly form: number;
  /** Seconds; NaN when the header is missing. */
  readonly retryAfter: number;
  readonly shouldRetry: string;
}

export interface DeadlineFigures extends Answered {
  readonly askedMs: string;
  readonly tookMs: number;
}

export interface AttemptRuleFigures {
  readonly keys: Readonly<Record<"refused" | "limited" | "deadForGood" | "allDead", KeyFigures>>;
  /** Another target waits 40 s, this one says 25 s in each of ten forms. */
  readonly waits: readonly WaitFigures[];
  /** Milliseconds between a 429 with `retry-after: 1` and the next attempt. */
  readonly waitedMs: number;
  readonly deadlines: readonly DeadlineFigures[];
  readonly redirects: { readonly asked: number; readonly answered: number; readonly followed: number; readonly leaks: number };
  readonly cap: { readonly live: readonly number[]; readonly shed: WaitFigures; readonly json: number; readonly after: number };
}

/** Key rotation, `Retry-After`, the caller's deadline, redirects and the cap on live streams. */
export async function runAttemptRules(): Promise<AttemptRuleFigures> {
  const lab = await startRulesLab();
  try {
    return {
      keys: {
        refused: await rotate(lab, "x-keys", ["F13", "ok"]),
        limited: await rotate(lab, "x-keys", ["F11", "ok"]),
        deadForGood: await rotate(lab, "x-keys-two-models", ["F13", "F09", "ok"]),
        allDead: await rotate(lab, "x-keys", ["F13", "F13@status=403"]),
      },
      waits: await readWaits(lab),
      waitedMs: await waitOut(lab),
      deadlines: await tryDeadlines(lab),
      redirects: await redirect(lab),
      cap: await fillStreams(lab),
    };
  } finally {
    await lab.close();
  }
}

async function rotate(lab: Lab, model: string, behaviours: readonly string[]): Promise<KeyFigures> {
  const rig = rigAt(lab.rigs, 0);
  rig.reset();
  rig.script(behaviours.map((behave) => ({ behave })));
  const heard = await ask(lab, { model });
  const keys = rig.attempts().map(({ headers }) => nameKey(headers["authorization"] ?? ""));
  return {
    ...describe(heard),
    keys,
    leaks: countLeaks(heard.body.toString() + JSON.stringify(heard.headers), [...SECRETS, CHAOS_ACCOUNT_ID]),
  };
}

function nameKey(authorization: string): string {
  return Object.entries(BEARER).find(([, value]) => value === authorization)?.[0] ?? "unknown";
}

async function readWaits(lab: Lab): Promise<readonly WaitFigures[]> {
  const waits: WaitFigures[] = [];
  for (let form = 0; form < 10; form += 1) {
    rigAt(lab.rigs, 1).script([{ behave: "F11@seconds=40" }, { behave: `F11@form=${form}@seconds=25` }]);
    waits.push({ form, ...describeWait(await ask(lab, { model: "x-two-models" })) });
  }
  return waits;
}

async function waitOut(lab: Lab): Promise<number> {
  const rig = rigAt(lab.rigs, 1);
  rig.reset();
  rig.script([{ behave: "F11@seconds=1" }, { behave: "ok" }]);
  const { status } = await ask(lab, { model: "x-again" });
  const [first, second] = rig.attempts();
  return status === 200 && first !== undefined && second !== undefined
    ? second.startedAtMs - (first.closedAtMs ?? 0)
    : Number.NaN;
}

async function tryDeadlines(lab: Lab): Promise<readonly DeadlineFigures[]> {
  const figures: DeadlineFigures[] = [];
  for (const askedMs of ["400", "60000", "0", "-1", "1e3", "soon"]) {
    for (const stream of [false, true]) {
      rigAt(lab.rigs, 1).script([{ behave: "F05" }]);
      const heard = await ask(lab, { model: "x-once", stream, headers: { "x-fairlead-timeout-ms": askedMs } });
      figures.push({ ...describe(heard), askedMs, tookMs: Math.round(heard.tookMs) });
    }
  }
  rigAt(lab.rigs, 1).script([]);
  return figures;
}

async function redirect(lab: Lab): Promise<AttemptRuleFigures["redirects"]> {
  const [keyed, open] = [rigAt(lab.rigs, 0), rigAt(lab.rigs, 1)];
  for (const rig of [keyed, open]) rig.reset();
  const answers: Heard[] = [];
  for (const status of [301, 302, 303, 307, 308]) {
    for (const model of ["x-bearer-redirect", "x-header-redirect"]) {
      for (const to of ["", `@to=${open.url}/chat/completions`]) {
        keyed.script([{ behave: `F14@status=${status}${to}` }]);
        answers.push(await ask(lab, { model, stream: status % 2 === 0 }));
      }
    }
  }
  const elsewhere = JSON.stringify([open.attempts().map(({ headers }) => headers), keyed.redirectHits(), open.redirectHits()]);
  return {
    asked: answers.length,
    answered: answers.filter(({ status, headers }) => status === 200 && headers["x-fairlead-attempts"] === "2").length,
    followed:
      keyed.redirectHits().length + open.redirectHits().length + open.attempts().filter(({ model }) => model === "one").length,
    leaks: countLeaks(elsewhere, [...SECRETS, lab.router.key]),
  };
}

async function fillStreams(lab: Lab): Promise<AttemptRuleFigures["cap"]> {
  const rig = rigAt(lab.rigs, 1);
  rig.reset();
  rig.script([{ behave: "ok@events=40@interval=30", times: STREAM_CAP + 1 }]);
  const running = Array.from({ length: STREAM_CAP }, () => ask(lab, { model: "x-once", stream: true }));
  await eventually(() => rig.attempts().filter(({ bytesSent }) => bytesSent > 2_000).length === STREAM_CAP, 5_000);
  const shed = await ask(lab, { model: "x-once", stream: true });
  const json = await ask(lab, { model: "x-once" });
  const live = await Promise.all(running);
  const after = await ask(lab, { model: "x-once", stream: true });
  return {
    live: live.map(({ status, whole }) => (whole ? status : 0)),
    shed: { form: 0, ...describeWait(shed) },
    json: json.status,
    after: after.status,
  };
}

function describe(heard: Heard): Answered {
  return {
    status: heard.status,
    attempts: heard.headers["x-fairlead-attempts"] ?? "",
    code: heard.status === 200 ? "" : errorCodeOf(heard),
  };
}

function describeWait(heard: Heard): Omit<WaitFigures, "form"> {
  const { "retry-after": retryAfter, "x-should-retry": shouldRetry = "" } = heard.headers;
  return { ...describe(heard), retryAfter: Number(retryAfter ?? Number.NaN), shouldRetry };
}

function countLeaks(text: string, secrets: readonly string[]): number {
  return secrets.filter((secret) => text.includes(secret)).length;
}
