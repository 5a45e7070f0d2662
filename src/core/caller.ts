/** Who calls: the result of authentication. */
export interface Caller {
  readonly tenant: string;
  readonly consumer: string;
  readonly keyId: string;
  /** Virtual models the consumer may call, `*` at the end matches a prefix; null means all of its tenant's. */
  readonly allowModels: ReadonlySet<string> | null;
}
