import type { StoredAnswer } from "../../core/cache/stored-answer.ts";
import type { FailureClass } from "../../core/failure.ts";
import type { LinkedTarget } from "../../core/policy/linked.ts";
import { costMicroUsd, type Usage } from "../../core/usage.ts";
import { AnswerTurn } from "../answers/answer-turn.ts";
import type { BoundedCopy } from "../bounded-copy.ts";
import type { Deps, Run } from "../deps.ts";
import { askCopy, type Copied } from "./ask-copy.ts";
import type { FailedResult } from "./attempt.ts";
import type { Answer } from "./dispatch.ts";
import { drainStream } from "./drain-stream.ts";
import { recordOf } from "./offer-answer.ts";
import type { Hit } from "./recall.ts";

/**
 * Asks upstream what the cache has just answered, behind the caller's back: for a fresh answer where that was stale, or to learn
 * whether it was right. It stands in the usage log under the route's id and `/refresh` or `/check`, and nobody is charged for it.
 */
export function askAgain(hit: Hit, copied: Copied, { deps, run }: { deps: Deps; run: Run }): void {
  const { again, slot, stored } = hit;
  const target = copied.route.targets.find(({ label }) => label === stored.target);
  const turn = new AnswerTurn(slot, deps.answers, run);
  if (again === null || target === undefined || (again === "refresh" && !turn.tryLead())) return;
  const createdAt = run.now();
  const take = async (answer: Answer | FailedResult): Promise<void> => {
    const copy = turn.copyOf(answer.kind === "stream" && answer.form === "native" ? answer.held : []);
    const { failure, usage } = await endOf(answer, copy);
    copied.settlement.bookCopy(again, { target, failure, usage });
    const whole = answer.kind === "failed" || failure !== null ? null : answer;
    const fresh = whole === null ? null : recordOf(whole, { copy, slot }, factsOf(target, usage, { createdAt, run }));
    copy.release();
    if (again === "check" && fresh !== null) await turn.judge(hit, fresh);
    if (again === "refresh") turn.offer(() => fresh);
    turn.end(fresh !== null);
  };
  if (!askCopy({ target, isKept: true, take }, copied, { deps, run })) turn.end(false);
}

interface Ended {
  readonly failure: FailureClass | null;
  /** Null where nobody reported it. */
  readonly usage: Usage | null;
}

async function endOf(answer: Answer | FailedResult, copy: BoundedCopy): Promise<Ended> {
  if (answer.kind === "failed") return { failure: answer.failure.class, usage: null };
  if (answer.kind === "json") return { failure: null, usage: answer.usage };
  const reading = await drainStream(answer, copy);
  if (reading === null) return { failure: "stream_cut", usage: null };
  const { failure, finished, usage } = reading;
  return { failure: failure?.class ?? (finished ? null : "stream_cut"), usage };
}

/** Of an answer whose usage nobody reported, none is kept. */
function factsOf(
  { label, price }: LinkedTarget,
  usage: Usage | null,
  { createdAt, run }: { readonly createdAt: number; readonly run: Run },
): Omit<StoredAnswer, "content" | "text"> | null {
  if (usage === null) return null;
  const cost = price === null ? null : costMicroUsd(usage, price);
  return { target: label, usage, warnings: null, costMicroUsd: cost, durationMs: run.now() - createdAt, createdAt };
}
