/** Something that a person must mend. `subject` is an id of policy, never a secret. */
export interface Alarm {
  readonly kind:
    /** Stored answers stay in the isolate that got them: FAIRLEAD_CACHE_SECRET, the subject, is missing or too short. */
    | "cache_secret_missing"
    | "credential_refused"
    /** More has happened than could be kept until the tenant's books can be reached again: they will lack some of it. */
    | "ledger_rows_lost"
    /** A target, `tenant/provider/model`, reported more tokens than its answer can have used. */
    | "usage_implausible";
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Where alarms go. `raise` never throws and never waits; `recent` gives the newest first. */
export interface Alarms {
  raise(alarm: Alarm): void;
  recent(): readonly Alarm[];
}
