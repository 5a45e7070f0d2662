import type { CompiledLimit } from "./policy/compiled-consumer.ts";

/** Who calls: the result of authentication. */
export interface Caller {
  readonly tenant: string;
  readonly consumer: string;
  readonly keyId: string;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Of the key, the consumer, and the consumers above it. */
  readonly limits: readonly CompiledLimit[];
  /** Nothing is sent before the ledger has granted it. */
  readonly isStrict: boolean;
  /** Virtual models the consumer may call, `*` at the end matches a prefix; null means all of its tenant's. */
  readonly allowModels: ReadonlySet<string> | null;
}
