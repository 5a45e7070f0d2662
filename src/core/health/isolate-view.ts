import { OutcomeWindow } from "./outcome-window.ts";

/** Seconds in which what one isolate saw counts beside what others saw. */
export const RECENT_SECONDS = 10;

/** What one isolate said of one target. */
export class IsolateView {
  readonly window = new OutcomeWindow(RECENT_SECONDS);
  /** Epoch milliseconds. */
  seenAt = 0;
  consecutiveFailures = 0;
  /** Successes of attempts begun when the ejection was over. */
  okInRow = 0;
  /** The ejection it keeps to; 0 for none. */
  holds = 0;
  wantsProbe = false;

  /** The target was ejected, or admitted again: what was seen before says nothing any more. */
  startOver(): void {
    this.window.clear();
    this.consecutiveFailures = 0;
    this.okInRow = 0;
  }
}

/** Who reports, and how. */
export interface Reporter {
  readonly isolateId: string;
  readonly view: IsolateView;
  /** False where a newer report has come already: then only counts are taken from this one. */
  readonly isNewest: boolean;
}
