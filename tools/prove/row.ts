/** What a row saw. */
export interface Seen {
  readonly holds: boolean;
  /** One line: the numbers, and what they are held against. */
  readonly figure: string;
  /** Lines below it: what a reader needs to judge or to repair. */
  readonly details?: readonly string[];
}

/** One promise of the project and how it is shown, at full size. */
export interface ProveRow {
  readonly promise: string;
  run(): Promise<Seen>;
}

/** The promises of one part of the project, in the order in which they are shown: one at a time, nothing beside it. */
export interface Area {
  readonly rows: readonly ProveRow[];
  /** Removes what the rows shared. */
  close(): Promise<void>;
}
