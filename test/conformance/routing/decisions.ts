import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosAttempt } from "../../rigs/chaos-upstream/index.ts";
import { runLoad } from "../../rigs/load/run-load.ts";
import type { LoadResult } from "../../rigs/load/send-scheduled.ts";
import type { Heard } from "../faults/ask-router.ts";
import { administer } from "./administer.ts";
import { askChat, chatBody, codeOf, targetOf } from "./ask-chat.ts";
import { asCaller, COMMANDS, type Decision, DECISIONS, type DecisionsLab, startDecisionsLab } from "./decisions-lab.ts";

export interface DecisionsOptions {
  readonly delayMs: number;
  /** Before the decisions are made. */
  readonly idleSeconds: number;
  /** After them. */
  readonly watchedSeconds: number;
  /** For each decision, over four processes. */
  readonly perSecond: number;
}

export interface DecisionFigures {
  readonly decision: Decision;
  /** Requests of the four processes with traffic before it was made, and those among them that it did not apply to yet. */
  readonly before: { readonly asked: number; readonly unaffected: number };
  /** From the command's end to the last answer, or the last request upstream, that did not obey; 0 when every one did. */
  readonly lastAfterMs: number;
  /** Of each process, whether its last answer obeyed. */
  readonly obeyedAtLast: readonly boolean[];
  /** The first answer of a process that had been idle. */
  readonly obeyedWhenIdle: boolean;
  /** The first answer of a process that was started after it. */
  readonly obeyedWhenNew: boolean;
}

const BUSY = 4;

/** Kill switches and a rollback, in four processes under traffic, in one idle process each, and in a new one. */
export async function runDecisions(options: DecisionsOptions): Promise<readonly DecisionFigures[]> {
  const lab = await startDecisionsLab(BUSY + DECISIONS.length, options.delayMs);
  try {
    await administer(lab.router(0), "rollout", ["start", lab.candidate, "--share", "100%"]);
    // The last answer of each idle process before it idles: so it has the candidate as well.
    await Promise.all(DECISIONS.map((decision, index) => askOnce(lab, { decision, process: BUSY + index, mark: "early" })));
    await sleep(Math.max(0, options.idleSeconds - 5) * 1_000);
    const loads = DECISIONS.map((decision) =>
      runLoad({
        urls: lab.urls(0, BUSY),
        key: lab.keyFor(decision),
        perSecond: options.perSecond,
        seconds: 5 + options.watchedSeconds,
        body: (request) => chatBody(`x-${decision}`, { user: markOf(decision, request) }),
      }),
    );
    await sleep(5_000);
    const decidedAt = await Promise.all(DECISIONS.map((decision) => administer(lab.router(0), ...COMMANDS[decision])));
    const idle = await Promise.all(
      DECISIONS.map((decision, index) => askOnce(lab, { decision, process: BUSY + index, mark: "idle" })),
    );
    const results = await Promise.all(loads);
    // A new process asks the upstream while it asks what was decided, and gives no answer before it knows.
    const watched = lab.upstream.attempts();
    const fresh: Heard[] = [];
    for (const decision of DECISIONS) {
      await lab.fleet.restartRouter(BUSY);
      fresh.push(await askOnce(lab, { decision, process: BUSY, mark: "new" }));
    }
    const attempts = lab.upstream.attempts();
    return DECISIONS.map((decision, index) =>
      describe({
        decision,
        attempts,
        watched,
        decidedAt: decidedAt[index] ?? 0,
        results: results[index] ?? [],
        idle: idle[index],
        fresh: fresh[index],
      }),
    );
  } finally {
    await lab.close();
  }
}

/** What the upstream's log finds a request by: its field `user`. */
function markOf(decision: Decision, request: number | "early" | "idle" | "new"): string {
  return `${decision} ${request}`;
}

interface Once {
  readonly decision: Decision;
  readonly process: number;
  readonly mark: "early" | "idle" | "new";
}

function askOnce(lab: DecisionsLab, { decision, mark, process }: Once): Promise<Heard> {
  const router = asCaller(lab.router(process), lab.keyFor(decision));
  return askChat(router, `x-${decision}`, { user: markOf(decision, mark) });
}

interface Seen {
  readonly decision: Decision;
  readonly attempts: readonly ChaosAttempt[];
  /** Those of the processes under traffic, and of the idle ones. */
  readonly watched: readonly ChaosAttempt[];
  readonly decidedAt: number;
  readonly results: readonly LoadResult[];
  readonly idle: Heard | undefined;
  readonly fresh: Heard | undefined;
}

/** What of an answer shows whether it obeys. */
type Answered = Pick<LoadResult, "status" | "errorCode" | "target"> & {
  /** Of the attempt that answered, as the upstream heard it; empty where it was not asked. */
  readonly credential: string;
};

function describe({ attempts, decidedAt, decision, fresh, idle, results, watched }: Seen): DecisionFigures {
  const credentials = credentialsByMark(attempts);
  const credentialOf = (request: Parameters<typeof markOf>[1]): string => credentials.get(markOf(decision, request)) ?? "";
  const all = results.map((result, index) => ({ ...result, credential: credentialOf(index) }));
  const isEarly = ({ latencyMs, scheduledAtMs }: LoadResult): boolean => scheduledAtMs + latencyMs < decidedAt - 100;
  const early = all.filter(isEarly);
  const disobeyed = all.filter((result) => !isEarly(result) && !obeys(decision, result));
  const lateAt = [
    ...disobeyed.map(({ latencyMs, scheduledAtMs }) => scheduledAtMs + latencyMs),
    ...forbiddenAttempts(watched, decision),
  ];
  const byProcess = Map.groupBy(all, ({ url }) => url);
  return {
    decision,
    before: { asked: early.length, unaffected: early.filter((result) => !obeys(decision, result)).length },
    lastAfterMs: Math.max(0, ...lateAt.map((time) => time - decidedAt)),
    obeyedAtLast: [...byProcess.values()].map((own) => own.slice(-1).every((last) => obeys(decision, last))),
    obeyedWhenIdle: idle !== undefined && obeys(decision, { ...answerOf(idle), credential: credentialOf("idle") }),
    obeyedWhenNew: fresh !== undefined && obeys(decision, { ...answerOf(fresh), credential: credentialOf("new") }),
  };
}

/** With which credential the last attempt of each request came. */
function credentialsByMark(attempts: readonly ChaosAttempt[]): ReadonlyMap<string, string> {
  return new Map(attempts.map(({ body, credential }) => [/"user":"([^"]*)"/.exec(body)?.[1] ?? "", credential]));
}

/** When the upstream was asked what was switched off. */
function forbiddenAttempts(all: readonly ChaosAttempt[], decision: Decision): readonly number[] {
  const attempts = all.filter(({ credential, model }) => {
    if (decision === "target") return model === "target-off";
    return decision === "credential" && model === "keyed" && credential === "Bearer sk-primary";
  });
  return attempts.map(({ startedAtMs }) => startedAtMs);
}

function answerOf(heard: Heard): Omit<Answered, "credential"> {
  return { status: heard.status, errorCode: codeOf(heard), target: targetOf(heard) };
}

function obeys(decision: Decision, { credential, errorCode, status, target }: Answered): boolean {
  switch (decision) {
    case "target":
      return status === 200 && target === "one/target-on";
    case "model":
      return status === 403 && errorCode === "model_disabled";
    case "caller":
      return status === 403 && errorCode === "caller_disabled";
    case "credential":
      return status === 200 && credential === "Bearer sk-spare";
    case "rollback":
      return status === 200 && target === "one/old";
  }
}
