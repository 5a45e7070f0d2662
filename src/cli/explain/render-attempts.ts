import type { Ending } from "../decision/ending.ts";
import { durationText } from "../duration-text.ts";
import type { AttemptPlan, FailureOutcome, PassedOver, RoutePlan } from "./explanation.ts";

/** More than this many ways to end are told by their statuses. */
const MOST_ENDINGS = 3;

/** Each attempt and what follows its failure, as one block of lines; none where nobody was even passed over. */
export function renderAttempts({ attempts, unfit }: RoutePlan, stream: boolean): readonly string[] {
  const texts = attempts.map((attempt, index) => attemptText(attempt, { index, stream }));
  const lines = [...texts, ...(unfit.length === 0 ? [] : ["  nobody", ...passedLines(unfit, 2)])];
  return lines.length === 0 ? [] : [`What is tried\n${lines.join("\n")}`];
}

interface AttemptPlace {
  readonly index: number;
  readonly stream: boolean;
}

function attemptText(
  { credential, delayMs, dueMs, outcomes, target, unfit }: AttemptPlan,
  { index, stream }: AttemptPlace,
): string {
  const due = `${stream ? "first content" : "the whole answer"} due within ${durationText(dueMs)}`;
  const title = `  ${index + 1}. ${named(target, credential)}, ${whenText(delayMs)}; ${due}`;
  return [
    title,
    ...passedLines(unfit, 5),
    ...outcomes.map((outcome, at) => `     ${outcomeText(outcome, index, at > 0 && at === outcomes.length - 1)}`),
  ].join("\n");
}

function outcomeText({ next, on }: FailureOutcome, index: number, isElse: boolean): string {
  const condition = `and if that fails with ${isElse ? "anything else" : listed(on)}:`;
  if (next.kind === "asks") {
    return next.isFollowed
      ? `${condition} ${index + 2}.`
      : `${condition} ${named(next.target, next.credential)}, ${whenText(next.delayMs)}`;
  }
  const end = `${condition} the end (${next.why}), the caller gets ${endingsText(next.endings)}`;
  return [end, ...passedLines(next.unfit, 7)].join("\n");
}

function passedLines(unfit: readonly PassedOver[], spaces: number): readonly string[] {
  return unfit.map(({ target, why }) => `${" ".repeat(spaces)}passed over ${target}: ${why}`);
}

function endingsText(endings: readonly Ending[]): string {
  if (endings.length <= MOST_ENDINGS) return endings.map(statusText).join(" or ");
  const statuses = [...new Set(endings.map(({ status }) => String(status)))].toSorted();
  return `${listed(statuses)}, by its class`;
}

/** `502 upstream_failed`; the status alone where that is no error. */
export function statusText({ code, status }: Ending): string {
  return code === null ? String(status) : `${status} ${code}`;
}

/** `a, b or c` */
function listed(names: readonly string[]): string {
  const [last = ""] = names.slice(-1);
  return names.length === 1 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

function named(target: string, credential: string | null): string {
  return credential === null ? target : `${target} with credential ${credential}`;
}

function whenText(delayMs: number): string {
  return delayMs === 0 ? "at once" : `after ${durationText(delayMs)}`;
}
