/** How a stream was meant to end: with the whole answer, or with the surface's one form of an error. */
export type Outcome = "complete" | "error";

/** What is known of an answer beside its text. */
export interface Told {
  /** False where the provider told no usage: then none can be told. */
  readonly hasUsage: boolean;
}

export const ALL_TOLD: Told = { hasUsage: true };
