/** What a route asks of its semantic tier. */
export interface SemanticSettings {
  /** Highest share of wrong answers that it accepts, 0 to 1 (both excluded). */
  readonly maxFalseHitRate: number;
  /** Of what: of the answers given by the semantic tier, or of all requests that look for one. */
  readonly per: "Hit" | "Request";
  /** `Shadow` gives nothing and draws the curve; `Enforce` gives answers once the bound is certified. */
  readonly mode: "Enforce" | "Shadow";
  /** Share of the answers given that upstream is asked for again behind the caller's back; what is below 2 % counts as 2 %. */
  readonly shadowBudget: number;
}
