/** Who calls: the result of authentication. */
export interface Caller {
  readonly tenant: string;
  readonly consumer: string;
  readonly keyId: string;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** What the caller's requests are admitted against; empty while consumers declare no limits. */
  readonly limits: readonly CallerLimit[];
  /** Virtual models the consumer may call, `*` at the end matches a prefix; null means all of its tenant's. */
  readonly allowModels: ReadonlySet<string> | null;
}

/** Tokens per aligned window; `key` comes from `storageKey`. */
export interface CallerLimit {
  readonly key: string;
  readonly limitTokens: number;
  readonly windowSeconds: number;
}
