import { FAILURE_CLASSES, type FailureClass } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import { summariseFailures } from "../../core/routing/summarise-failures.ts";
import { type Ending, endingByCount, endingOf } from "../decision/ending.ts";
import type { AttemptPlan, FailureOutcome, PassedOver } from "./explanation.ts";
import { FREE_BUDGET, type Played, rehearse, type Stage } from "./rehearsal.ts";

export interface PlannedAttempts {
  readonly attempts: readonly AttemptPlan[];
  /** Where there is none: those that cannot be asked this. */
  readonly unfit: readonly PassedOver[];
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
      return { attempts, unfit: failures.length === 0 ? unfit : [], ending: isAnswered ? endingAfter(played) : null };
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

interface End {
  readonly why: string;
  /** Who was left and cannot be asked this. */
  readonly unfit: readonly PassedOver[];
}

/** What follows a failure. */
type Next = { readonly kind: "asks"; readonly attempt: NextAttempt } | (End & { readonly kind: "ends" });

/** Classes after which the same happens. */
interface Branch {
  readonly on: FailureClass[];
  readonly next: Next;
  readonly endings: Ending[];
}

function branchesAfter(stage: Stage, failures: readonly FailureClass[]): readonly Branch[] {
  const branches = new Map<string, Branch>();
  for (const failureClass of WAYS) {
    const all = [...failures, failureClass];
    const after = rehearse(stage, all);
    const { attempt } = after;
    const next: Next = attempt === null ? { kind: "ends", ...endOf(stage, all, after) } : { kind: "asks", attempt };
    const key = keyOf(next);
    const branch = branches.get(key) ?? { on: [], next, endings: [] };
    branches.set(key, branch);
    branch.on.push(failureClass);
    const ending = endingAfter(after);
    if (!branch.endings.some(({ code }) => code === ending.code)) branch.endings.push(ending);
  }
  return [...branches.values()].toSorted((left, right) => left.on.length - right.on.length);
}

function keyOf(next: Next): string {
  if (next.kind === "ends") return [next.why, ...next.unfit.map(({ target }) => target)].join(" ");
  const { credential, delayMs, target } = next.attempt;
  return `${target.id} ${credential.id} ${delayMs}`;
}

/** What most of the failures that the rule fails over on lead to; where it fails over on none, most of all. */
function mainBranch(branches: readonly Branch[], { route }: Stage): Branch | undefined {
  const weightOf = ({ on }: Branch): number => on.filter((name) => route.failoverOn.has(name)).length;
  return branches.toSorted((left, right) => weightOf(right) - weightOf(left) || right.on.length - left.on.length)[0];
}

function outcomeOf({ endings, next, on }: Branch, isFollowed: boolean): FailureOutcome {
  if (next.kind === "ends") return { on, next: { ...next, endings } };
  const { attempt } = next;
  const { delayMs, target } = attempt;
  return { on, next: { kind: "asks", target: target.label, credential: credentialName(attempt), delayMs, isFollowed } };
}

/** Why nothing follows: the first thing without which something would. */
function endOf(stage: Stage, failures: readonly FailureClass[], { countedFor, unfit }: Played): End {
  const { createSequencing, route } = stage;
  const made = failures.length;
  const last = failures.at(-1) ?? "server_error";
  if (countedFor !== null) return { why: `${countedFor.label} counts no tokens, so the router does`, unfit };
  if (!route.failoverOn.has(last)) return { why: "the rule does not fail over on it", unfit };
  if (made >= route.maxAttempts) return { why: made === 1 ? "the one attempt is made" : `all ${made} attempts are made`, unfit };
  const freed = (change: Partial<ReturnType<typeof createSequencing>>): Played =>
    rehearse({ ...stage, createSequencing: () => ({ ...createSequencing(), ...change }) }, failures);
  if (goesOn(freed({ budget: FREE_BUDGET }))) return { why: "the retry budget is spent", unfit };
  const free = freed({ budget: FREE_BUDGET, deadline: Number.MAX_SAFE_INTEGER });
  return goesOn(free) ? { why: "the deadline leaves no time", unfit } : { why: whyNobody(last, free), unfit: free.unfit };
}

function goesOn({ attempt, countedFor }: Played): boolean {
  return attempt !== null || countedFor !== null;
}

function whyNobody(last: FailureClass, { unfit }: Played): string {
  if (unfit.length > 0) {
    return last === "context_length" ? "no larger target can be asked this" : "nobody who is left can be asked this";
  }
  return last === "context_length" ? "no other target is known to be larger" : "nobody is left to be asked";
}

function endingAfter({ countedFor, failed }: Played): Ending {
  return countedFor === null ? endingOf(summariseFailures(failed, failed.length)) : endingByCount(countedFor.label);
}

function credentialName({ credential, target }: NextAttempt): string | null {
  return target.credentials.length > 1 ? credential.name : null;
}
