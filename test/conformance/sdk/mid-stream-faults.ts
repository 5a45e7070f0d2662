/** A fault of the upstream in the middle of a stream, paced so that content has been passed on before it comes. */
export interface MidStreamFault {
  readonly fault: string;
  readonly what: string;
  readonly behave: string;
  /** The caller is told by our error event; otherwise by what the upstream itself sent. */
  readonly ownWords: boolean;
}

const PACE = "@interval=25@after=5";

export const MID_STREAM_FAULTS: readonly MidStreamFault[] = [
  { fault: "F17", what: "the connection is reset", behave: `F17${PACE}@ms=20`, ownWords: true },
  { fault: "F18", what: "the connection is closed inside the body", behave: `F18${PACE}`, ownWords: true },
  { fault: "F19", what: "the body ends without a finish", behave: `F19${PACE}`, ownWords: true },
  { fault: "F20", what: "the upstream falls silent", behave: `F20${PACE}`, ownWords: true },
  { fault: "F21", what: "nothing but pings comes until the deadline", behave: `F21${PACE}`, ownWords: true },
  { fault: "F24", what: "an event is broken", behave: `F24${PACE}`, ownWords: false },
  { fault: "F25", what: "a line never ends", behave: `F25${PACE}@mb=2`, ownWords: false },
  { fault: "F26", what: "the upstream reports an error", behave: `F26${PACE}`, ownWords: false },
];
