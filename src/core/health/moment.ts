/** When something happens, and the number drawn for it. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** [0, 1) */
  readonly draw: number;
}
