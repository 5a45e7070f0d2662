import type { Why } from "../question.ts";

/** Nothing to give and nothing to learn from. */
export interface NotProposed {
  readonly kind: "none";
  readonly why: Why;
}

/** An entry whose answer may be that of the question. */
export interface Proposed {
  readonly kind: "proposed";
  readonly id: string;
  /** Its answer is given. */
  readonly serve: boolean;
  /** It is given, and upstream is asked all the same: tell `learn`. Where it is not given, upstream is asked anyway. */
  readonly isChecked: boolean;
  /**
   * `same`: the same question but for its spelling. `hit`: right often enough by the model; not given in shadow. `near`: only to
   * learn from.
   */
  readonly standing: "same" | "hit" | "near";
  readonly features: readonly number[];
  /** Lower credible bound of the probability that it is right. */
  readonly low: number;
  /** Whether what is learnt of it counts for the certificate: the fall of a coin, heads by `share`. */
  readonly isCounted: boolean;
  readonly share: number;
  readonly why: Why;
}

export type Proposal = NotProposed | Proposed;
