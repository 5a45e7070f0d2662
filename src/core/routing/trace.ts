/** What was decided about one thing, and why. `level`: 0 for a rule, 1 for a group, 2 for a target. */
export interface TraceStep {
  readonly level: 0 | 1 | 2;
  /** `rule default/chat/gold`, `group cloud`, `target openai/gpt-4o`. */
  readonly subject: string;
  readonly verdict: "taken" | "passed over";
  readonly reason: string;
}

/** Writes down the decisions of one request, where someone asked for them. */
export class Trace {
  readonly #steps: TraceStep[] = [];

  get steps(): readonly TraceStep[] {
    return this.#steps;
  }

  note(step: TraceStep): void {
    this.#steps.push(step);
  }
}
