import type { LinkedTarget } from "../../core/policy/linked.ts";
import { costMicroUsd, estimateUsage } from "../../core/usage.ts";
import { fitOf, type Told } from "../decision/fit-of.ts";
import { durationText } from "../duration-text.ts";
import { rehearse, type Stage } from "./rehearsal.ts";

const CHARACTERS_PER_TOKEN = 4;

/** Whether a second target is asked beside the first, and when; null where the route does not hedge. */
export function describeHedge(stage: Stage): string | null {
  const { createSequencing, route, told } = stage;
  const { hedge, timeouts } = route;
  const { attempt, sequence } = rehearse(stage, []);
  if (hedge === null || attempt === null) return null;
  const never = whyNeverTwice(told);
  if (never !== null) return never;
  const { now, view } = createSequencing();
  const { id, label } = attempt.target;
  const usualMs = view.ttftMs(id, hedge.afterPercentile, now);
  if (usualMs === null) return `not yet: nothing is known of how long ${label} usually takes`;
  const delayMs = Math.max(hedge.minDelayMs, usualMs);
  const when = `${durationText(delayMs)} (its p${hedge.afterPercentile} is ${durationText(usualMs)}, minDelay ${durationText(hedge.minDelayMs)})`;
  if (delayMs >= timeouts.ttftMs) return `never: after ${when} the first content is overdue anyway`;
  const second = sequence.hasAnother() ? (sequence.beside(now)?.target ?? null) : null;
  if (second === null) return "never: there is no second target to ask";
  const unwanted = whyNotSecond(stage, second, hedge.maxExtraMicroUsd);
  return unwanted ?? `${second.label} is asked too when ${label} has no content after ${when}; at most 2 requests in 100`;
}

function whyNeverTwice({ chat, stream }: Told): string | null {
  if (!stream) return "not this request: only streams have a first content to wait for";
  const isSafe = chat !== null && chat.tools.every(({ kind }) => kind !== "server");
  return isSafe ? null : "not this request: a tool that the provider runs itself would run twice";
}

function whyNotSecond(
  { createSequencing, route, told }: Stage,
  second: LinkedTarget,
  limitMicroUsd: number | null,
): string | null {
  if (fitOf(told, second, route).kind !== "asked") return `never: ${second.label} cannot be asked this`;
  if (limitMicroUsd === null) return null;
  const expected = estimateUsage(createSequencing().facts.tokens * CHARACTERS_PER_TOKEN, 0);
  const isCheap = second.price !== null && costMicroUsd(expected, second.price) <= limitMicroUsd;
  return isCheap ? null : `never: ${second.label} could cost more than maxExtraCost for this request`;
}
