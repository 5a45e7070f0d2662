import type { Found, Judged, Keeping, Led, NotFound, Question } from "../core/cache/question.ts";

/**
 * Answers by what was asked. Nothing of one scope is ever given in another, and what a principal brought in is given to others
 * only after somebody else's answer agreed with it: what an isolate remembers of a hit it remembers for that principal. Calls
 * reject when the store cannot be reached, and never guess; a failing embedder is a miss that says so. `now`: epoch milliseconds.
 */
export interface AnswerStore {
  lookUp(question: Question, now: number): Promise<Found | NotFound>;
  /** `coalesce`, instead of `lookUp` and as quick: a `miss` makes the caller leader, who must end with `keep` or `release`. */
  lead(question: Question, waitMs: number, now: number): Promise<Found | NotFound | Led>;
  /**
   * After `led`. Resolves with the answer once it is kept, or with `miss`: as leader where the one before was released or took
   * more than `waitMs`, or alone after twice `waitMs`, after two leaders without an answer, or behind a thousand others.
   */
  follow(question: Question, waitMs: number, now: number): Promise<Found | NotFound>;
  /** Whole or not at all. What was learnt of a near miss is kept with it. */
  keep(question: Question, kept: Keeping, now: number): Promise<void>;
  /** The leader ended without an answer that may be kept. */
  release(question: Question, ticket: string): Promise<void>;
  /** What upstream answered to a question that was answered already. */
  judge(question: Question, judged: Judged, now: number): Promise<void>;
}
