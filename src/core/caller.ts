import type { CompiledConsumer, CompiledLimit } from "./policy/compiled-consumer.ts";

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

/** A consumer that calls; `limits` are those of the credential alone. */
export function toCaller(consumer: CompiledConsumer, { keyId, limits }: Pick<Caller, "keyId" | "limits">): Caller {
  return {
    tenant: consumer.tenant,
    consumer: consumer.name,
    keyId,
    roles: consumer.roles,
    tags: consumer.tags,
    limits: [...limits, ...consumer.limits],
    isStrict: consumer.isStrict,
    allowModels: consumer.allowModels === null ? null : new Set(consumer.allowModels),
  };
}
