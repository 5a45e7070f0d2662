import { OPEN_ACCESS } from "../../core/access/access.ts";
import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { CompiledConsumer, CompiledKey } from "../../core/policy/compiled-consumer.ts";

/** Who is said to call; what is left out is what the policy says of the consumer. */
export interface DescribedCaller {
  readonly tenant: string;
  /** Empty where nobody is named. */
  readonly consumer: string;
  /** Id or name of a key. */
  readonly key: string | null;
  readonly roles: readonly string[] | null;
  readonly tags: Readonly<Record<string, string>> | null;
}

export interface FoundCaller {
  readonly caller: Caller;
  /** Null where the policies have no such consumer: it may come by another way. */
  readonly consumer: CompiledConsumer | null;
  /** Null where the consumer has no such key. */
  readonly key: CompiledKey | null;
}

const UNKNOWN = { keys: [], roles: [], tags: {}, access: OPEN_ACCESS };

/** The caller as rules see it. */
export function callerOf(described: DescribedCaller, consumers: readonly CompiledConsumer[]): FoundCaller {
  const { tenant } = described;
  const consumer = consumers.find(({ name, tenant: own }) => name === described.consumer && own === tenant) ?? null;
  const { access, keys, roles, tags } = consumer ?? UNKNOWN;
  const key = keys.find(({ id, name }) => id === described.key || name === described.key) ?? null;
  const caller = {
    tenant,
    consumer: described.consumer,
    keyId: key?.id ?? described.key ?? "",
    roles: described.roles ?? roles,
    tags: described.tags ?? tags,
    limits: [],
    isStrict: false,
    access,
  };
  return { caller, consumer, key };
}

/** Why a key is not accepted at a moment (epoch milliseconds), as a caller is told; null when it is. */
export function refusalOfKey({ expiresMs, id, notBeforeMs, revoked }: CompiledKey, now: number): FairleadError | null {
  if (revoked) return new FairleadError("revoked_api_key", `API key ${id} was revoked.`);
  if (expiresMs !== null && now >= expiresMs) {
    return new FairleadError("expired_api_key", `API key ${id} expired at ${new Date(expiresMs).toISOString()}.`);
  }
  if (notBeforeMs === null || now >= notBeforeMs) return null;
  return new FairleadError("inactive_api_key", `API key ${id} is valid from ${new Date(notBeforeMs).toISOString()}.`);
}
