/** What the simulation holds the code to; `README.md` says each exactly. */
export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10";

export interface Violation {
  readonly invariant: Invariant;
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly what: string;
}

export type Violate = (invariant: Invariant, what: string) => void;
