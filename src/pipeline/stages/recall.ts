import type { HitTier, StoredAnswer } from "../../core/cache/stored-answer.ts";
import type { Why } from "../../core/cache/question.ts";
import { AnswerTurn } from "../answers/answer-turn.ts";
import type { Slot } from "../answers/slot.ts";
import type { Deps, Run } from "../deps.ts";
import { nameRequest, type NameInput } from "./name-request.ts";
import type { Settlement } from "./settle.ts";

/** A stored answer that is given. */
export interface Hit {
  readonly kind: "hit";
  readonly turn: null;
  readonly slot: Slot;
  readonly tier: HitTier;
  /** By which its principal may speak of it; null where the store has not given it one. */
  readonly id: string | null;
  readonly stored: StoredAnswer;
  /** It is given although it has outlived its lifetime. */
  readonly isStale: boolean;
  /** What is asked upstream behind the caller's back. */
  readonly again: "refresh" | "check" | null;
  readonly why: Why | null;
}

/** Nothing is known yet: upstream is asked. */
export interface Miss {
  readonly kind: "miss";
  readonly turn: AnswerTurn;
}

export type Recalled = Hit | Miss | { readonly kind: "bypass"; readonly turn: null };

type RecallInput = NameInput & { readonly settlement: Settlement };
type RecallDeps = Pick<Deps, "answers" | "answerSecrets" | "knownRequests" | "control">;

/** Nobody waits longer for somebody else's answer. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Stage: a stored answer to the same question, inside the caller's hard partition. What this isolate remembers is given at once;
 * where the same question is under way here its answer is waited for; then the store is asked: before upstream where that pays or
 * the route coalesces, else beside it. Never fails a request.
 */
export async function recall(input: RecallInput, deps: RecallDeps, run: Run): Promise<Recalled> {
  const slot = await nameRequest(input, deps, run);
  if (slot === null) return { kind: "bypass", turn: null };
  const { settlement, wishes } = input;
  const { answers } = deps;
  settlement.missed(null);
  const turn = new AnswerTurn(slot, answers, run);
  settlement.whenEnded((isSound) => turn.end(isSound));
  if (slot.wish.isRefresh) return { kind: "miss", turn };
  const until = run.startedAt + Math.min(LONGEST_WAIT_MS, wishes.timeoutMs);
  for (;;) {
    const known = turn.remembered();
    if (known !== null) return known;
    if ((await turn.join(until)) === "ask") break;
  }
  return (await turn.lookUp(until)) ?? { kind: "miss", turn };
}
