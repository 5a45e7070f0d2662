import type { ClassFigures } from "./book/class-figures.ts";
import type { EntryState } from "./book/entry.ts";
import type { Why } from "./question.ts";
import type { CurvePoint } from "./semantic/curve.ts";
import type { Certificate } from "./semantic/hit-monitor.ts";
import type { HitTier } from "./stored-answer.ts";

/** One scope class at one embedder: what is there, what became of its look-ups, what its semantic tier has proved. */
export interface ClassStats extends ClassFigures {
  readonly scopeClass: string;
  readonly embedder: string;
  readonly entries: number;
  readonly labels: number;
  /** Null where nothing is ever proposed. */
  readonly certificate: Certificate | null;
  readonly curve: readonly CurvePoint[];
}

/** What a look-up would give, and what it would look at. Nothing is counted, learnt or given. */
export interface Explained {
  readonly tier: HitTier | null;
  readonly why: Why;
  /** Nearest first. */
  readonly near: readonly NearEntry[];
}

export interface NearEntry {
  readonly similarity: number;
  readonly veto: string | null;
  readonly state: EntryState;
  /** Whether the asker may be given it at all. */
  readonly isForAsker: boolean;
}

/** What goes with a purge. */
export type PurgeScope =
  | { readonly kind: "all" }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "class"; readonly scopeClass: string };

export const VERDICTS = ["wrong", "right"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What somebody who was given an answer says of it. */
export interface Feedback {
  /** The tenant's. */
  readonly contentsKey: string;
  /** `Found.id`. */
  readonly id: string;
  readonly principal: string;
  readonly verdict: Verdict;
  /** Epoch milliseconds. */
  readonly now: number;
}
