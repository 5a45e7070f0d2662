import { FAILURE_CLASSES, type FailureClass } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import { summariseFailures } from "../../core/routing/summarise-failures.ts";
import { type Ending, endingByCount, endingOf } from "../decision/ending.ts";
import type { AttemptPlan, FailureOutcome } from "./explanation.ts";
import { FREE_BUDGET, type Played, rehearse, type Stage } from "./rehearsal.ts";

export interface PlannedAttempts {
  readonly attempts: readonly AttemptPlan[];
  /** After the last of them; null where nobody can be asked at all. */
  readonly ending: Ending | null;
}

/** Ways in which an attempt may fail; a spent deadline ends the request whoever was asked. */
const WAYS = FAILURE_CLASSES.filter((name) => name !== "deadline");
/** Failures that say little by themselves stand for their group: an answer that is late changes what the next one has. */
const PLAIN: readonly FailureClass[] = ["server_error", "connection", "overloaded"];

/**
 * The attempts of a request, one after the other: each with what follows its failure in every class. The list follows the
 * way that most failures lead, and ends where nothing follows.
 */
export function planAttempts(stage: Stage): PlannedAttempts {
  const attempts: AttemptPlan[] = [];
  const failures: FailureClass[] = [];
  for (;;) {
    const played = rehearse(stage, failures);
    const { attempt, countedFor, dueMs, unfit } = played;
    if (attempt === null) {
      const isAnswered = countedFor !== null || failures.length > 0;
      return { attempts, ending: isAnswered ? endingAfter(played) : null };
    }
    const branches = branchesAfter(stage, failures);
    const main = mainBranch(branches, stage);
    attempts.push({
      target: attempt.target.label,
      credential: credentialName(attempt),
      delayMs: attempt.delayMs,
      dueMs,
      unfit,
      outcomes: branches.map((branch) => outcomeOf(branch, branch === main)),
    });
    const { on = [] } = main ?? {};
    failures.push(PLAIN.find((name) => on.includes(name)) ?? on[0] ?? "server_error");
  }
}

/** Classes after which the same happens. */
interface Branch {
  readonly on: FailureClass[];
  readonly after: Played;
  /** Why it is the end, where it is. */
  readonly why: string;
  readonly endings: Ending[];
}

function branchesAfter(stage: Stage, failures: readonly FailureClass[]): readonly Branch[] {
  const branches = new Map<string, Branch>();
  for (const failureClass of WAYS) {
    const all = [...failures, failureClass];
    const after = rehearse(stage, all);
    const { attempt } = after;
    const why = attempt === null ? whyEnded(stage, all, after) : "";
    const key = attempt === null ? why : `${attempt.target.id} ${attempt.credential.id} ${String(attempt.delayMs > 0)}`;
    const branch = branches.get(key) ?? { on: [], after, why, endings: [] };
    branches.set(key, branch);
    branch.on.push(failureClass);
    const ending = endingAfter(after);
    if (!branch.endings.some(({ code }) => code === ending.code)) branch.endings.push(ending);
  }
  return [...branches.values()].toSorted((left, right) => left.on.length - right.on.length);
}

/** What most of the failures that the rule fails over on lead to; where it fails over on none, most of all. */
function mainBranch(branches: readonly Branch[], { route }: Stage): Branch | undefined {
  const weightOf = ({ on }: Branch): number => on.filter((name) => route.failoverOn.has(name)).length;
  return branches.toSorted((left, right) => weightOf(right) - weightOf(left) || right.on.length - left.on.length)[0];
}

function outcomeOf({ after, endings, on, why }: Branch, isFollowed: boolean): FailureOutcome {
  const { attempt } = after;
  if (attempt === null) return { on, next: { kind: "ends", why, endings } };
  const { delayMs, target } = attempt;
  return { on, next: { kind: "asks", target: target.label, credential: credentialName(attempt), delayMs, isFollowed } };
}

/** Why nothing follows: the first thing without which something would. */
function whyEnded(stage: Stage, failures: readonly FailureClass[], { countedFor }: Played): string {
  const { createSequencing, route } = stage;
  const made = failures.length;
  const last = failures.at(-1) ?? "server_error";
  if (countedFor !== null) return `${countedFor.label} counts no tokens, so the router does`;
  if (!route.failoverOn.has(last)) return "the rule does not fail over on it";
  if (made >= route.maxAttempts) return made === 1 ? "the one attempt is made" : `all ${made} attempts are made`;
  const goesOn = (change: Partial<ReturnType<typeof createSequencing>>): boolean => {
    const freed = rehearse({ ...stage, createSequencing: () => ({ ...createSequencing(), ...change }) }, failures);
    return freed.attempt !== null || freed.countedFor !== null;
  };
  if (goesOn({ budget: FREE_BUDGET })) return "the retry budget is spent";
  if (goesOn({ budget: FREE_BUDGET, deadline: Number.MAX_SAFE_INTEGER })) return "the deadline leaves no time";
  return last === "context_length" ? "no other target is known to be larger" : "nobody is left to be asked";
}

function endingAfter({ countedFor, failed }: Played): Ending {
  return countedFor === null ? endingOf(summariseFailures(failed, failed.length)) : endingByCount(countedFor.label);
}

function credentialName({ credential, target }: NextAttempt): string | null {
  return target.credentials.length > 1 ? credential.name : null;
}
