/** Something that a person must mend. `subject` is an id of policy, never a secret. */
export interface Alarm {
  readonly kind: "credential_refused";
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Where alarms go. `raise` never throws and never waits; `recent` gives the newest first. */
export interface Alarms {
  raise(alarm: Alarm): void;
  recent(): readonly Alarm[];
}
