import type { Transaction } from "./identity/transaction.ts";
import type { CompiledAccess } from "./policy/compiled-access.ts";
import type { CompiledConsumer, CompiledLimit } from "./policy/compiled-consumer.ts";

/** Who calls: the result of authentication. */
export interface Caller {
  readonly tenant: string;
  readonly consumer: string;
  /** Which credential: the id of an API key, `jwt:ISSUER:SUBJECT`, or `mtls:FINGERPRINT`. */
  readonly keyId: string;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Of the key, the consumer, and the consumers above it. */
  readonly limits: readonly CompiledLimit[];
  /** Nothing is sent before the ledger has granted it. */
  readonly isStrict: boolean;
  /** What the consumer itself may use, beside what its roles say. */
  readonly access: CompiledAccess;
  /** What it acts within, where it sent a transaction token. */
  readonly transaction?: Transaction;
}

/** What a credential says beside whose it is: limits of its own, and roles and tags beyond those of the consumer. */
export interface CredentialFacts extends Pick<Caller, "keyId"> {
  readonly limits?: Caller["limits"];
  readonly roles?: Caller["roles"];
  readonly tags?: Caller["tags"];
}

/** A consumer that calls by one of its credentials. What the consumer says of a tag counts. */
export function toCaller(consumer: CompiledConsumer, credential: CredentialFacts): Caller {
  const { keyId, limits = [], roles = [], tags = {} } = credential;
  return {
    tenant: consumer.tenant,
    consumer: consumer.name,
    keyId,
    roles: roles.length === 0 ? consumer.roles : [...new Set([...consumer.roles, ...roles])],
    tags: { ...tags, ...consumer.tags },
    limits: [...limits, ...consumer.limits],
    isStrict: consumer.isStrict,
    access: consumer.access,
  };
}
