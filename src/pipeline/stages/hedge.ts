import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import { costMicroUsd, estimateUsage } from "../../core/usage.ts";
import type { Deps, Run } from "../deps.ts";
import { type Asked, askTarget, type FailedAt } from "./ask-target.ts";
import type { Sent } from "./attempt.ts";
import type { CredentialHold } from "./credential-hold.ts";
import type { Answer, DispatchInput } from "./dispatch.ts";
import { prepare } from "./prepare.ts";

interface First {
  readonly at: NextAttempt;
  readonly sent: Sent;
  readonly hold: CredentialHold | null;
}

/** Whoever answered first, or every attempt's failure in the order in which they came. */
export type Outcome = Answer | { readonly kind: "failed"; readonly failures: readonly FailedAt[] };

/**
 * Asks a target and, where the route hedges and its content is later than it usually is, a second one beside it. The first
 * that has content wins; the other is ended at once and booked as abandoned.
 */
export async function askHedged(first: First, input: DispatchInput, world: { deps: Deps; run: Run }): Promise<Outcome> {
  const delayMs = hedgeDelay(first.at, input, world);
  const asked = askTarget({ ...first, isRace: delayMs !== null }, input, world);
  if (delayMs === null) return outcomeOf(asked, await asked.result);
  const early = await Promise.race([asked.result, world.run.sleep(delayMs).then(() => null)]);
  if (early !== null) return outcomeOf(asked, early);
  const second = askSecond(input, world);
  return second === null ? outcomeOf(asked, await asked.result) : raceOf(asked, second);
}

/** Milliseconds after which a second target is asked; null when none is. */
function hedgeDelay(
  { target }: NextAttempt,
  { asking, settlement }: DispatchInput,
  { deps, run }: { deps: Deps; run: Run },
): number | null {
  const { hedge, timeouts } = settlement.subject.route;
  if (hedge === null || !asking.decoded.stream) return null;
  const usualMs = deps.health.ttftMs(target.id, hedge.afterPercentile, run.now());
  const delayMs = usualMs === null ? null : Math.max(hedge.minDelayMs, usualMs);
  return delayMs === null || delayMs >= timeouts.ttftMs ? null : delayMs;
}

/** The second attempt, where there is a target for it, the budget has it, and it cannot do or cost too much. */
function askSecond(input: DispatchInput, world: { deps: Deps; run: Run }): Asked | null {
  const { asking, plan, settlement } = input;
  const { deps, run } = world;
  const { sequence } = plan;
  if (settlement.isClosed || actsOnTheWorld(input) || !sequence.hasAnother()) return null;
  const at = sequence.beside(run.now());
  if (at === null) return null;
  const sent = prepare(asking, at.target, settlement.subject.route);
  // A key's limits would have to be asked first, and the first attempt is late already.
  const isFit = (sent.kind === "native" || sent.kind === "transcoded") && at.credential.limits.length === 0;
  if (isFit && isWorthIt(at, input) && deps.hedgeBudget.tryTake())
    return askTarget({ at, sent, hold: null, isRace: true }, input, world);
  sequence.giveBack(at);
  return null;
}

/** What the answer will cost is not known; its question is. */
function isWorthIt({ target: { price } }: NextAttempt, { asking, settlement }: DispatchInput): boolean {
  const limit = settlement.subject.route.hedge?.maxExtraMicroUsd ?? null;
  if (limit === null) return true;
  return price !== null && costMicroUsd(estimateUsage(asking.decoded.text.length, 0), price) <= limit;
}

/** A tool that the provider runs itself would run twice. */
function actsOnTheWorld({ asking: { reading } }: DispatchInput): boolean {
  return reading.kind === "unreadable" || reading.chat.tools.some(({ kind }) => kind === "server");
}

/** `left` began before `right`. */
function raceOf(left: Asked, right: Asked): Promise<Outcome> {
  const failures: FailedAt[] = [];
  let isWon = false;
  return new Promise((resolve, reject) => {
    const watch = (asked: Asked, other: Asked): void => {
      asked.result.then((result) => {
        // It answered as well before it could be ended: its answer is let go, and the winner's goes on.
        if (isWon) return;
        if (result.kind === "failed") {
          failures.push({ at: asked.at, failure: result.failure });
          if (failures.length === 2) resolve({ kind: "failed", failures });
          return;
        }
        isWon = true;
        // One that has failed already is booked as that.
        if (failures.length === 0) {
          other.record.abandoned(other === left);
          other.abandon();
        }
        resolve(outcomeOf(asked, result));
      }, reject);
    };
    watch(left, right);
    watch(right, left);
  });
}

function outcomeOf({ at, record }: Asked, result: Awaited<Asked["result"]>): Outcome {
  if (result.kind === "failed") return { kind: "failed", failures: [{ at, failure: result.failure }] };
  record.answered();
  return result;
}
