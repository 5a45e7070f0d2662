import type { ClassStats, Explained, Feedback, PurgeScope } from "../core/cache/answer-care.ts";
import type { Question } from "../core/cache/question.ts";

/** What is done to a tenant's answers beside giving them, wherever they are. Rejects where any part of them cannot be reached. */
export interface AnswerAdmin {
  /** Scope classes of all regions and shards, each where it is. */
  stats(tenant: string, shards: number): Promise<readonly PlacedStats[]>;
  /** What a look-up would give, and what it would look at. Nothing is counted, learnt or given. */
  explain(question: Question, now: number): Promise<Explained>;
  /** What was asked until now is never given again. Resolves with how many answers a dry run finds; 0 once it is done. */
  purge(tenant: string, purge: Purge, now: number): Promise<number>;
  /** Erases all that a principal asked and was answered; without a key it only counts. Resolves with the number of answers. */
  erase(tenant: string, principal: string, contentsKey: string | null): Promise<number>;
  /** What somebody says of an answer it was given. False where it was not given to that principal, or is gone. */
  feedback(tenant: string, feedback: Feedback): Promise<boolean>;
}

export interface PlacedStats extends ClassStats {
  readonly region: string;
  readonly shard: string;
}

export interface Purge {
  readonly scope: PurgeScope;
  readonly shards: number;
  readonly isDryRun: boolean;
}
