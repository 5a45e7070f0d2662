/** A text that was asked, and what tells which answer it needs: two rows with the same non-empty answer may share one. */
export interface AnswerRow {
  /** Empty: nobody else's answer will do. */
  readonly answer: string;
  readonly text: string;
}
