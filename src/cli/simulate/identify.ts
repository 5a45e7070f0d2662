import type { Caller } from "../../core/caller.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { toEpochMs } from "../../core/policy/schema/timestamp.ts";
import { callerOf, refusalOfKey } from "../decision/caller-of.ts";
import type { TraceLine } from "../trace/trace-line.ts";
import type { Side } from "./simulate-line.ts";

type Identified =
  | { readonly kind: "known"; readonly caller: Omit<Caller, "roles" | "tags"> & Partial<Caller> }
  | { readonly kind: "refused"; readonly code: ErrorCode };

/**
 * Who calls, under one of the policies. A consumer that neither has comes by another way: of it the trace tells what is
 * known. One that only the other has is gone here, and so is a key.
 */
export function identify(line: TraceLine, { gone, policy }: Side): Identified {
  const { caller: name, key: keyId = null, roles = null, tags = null, tenant } = line;
  const { caller, consumer, key } = callerOf({ tenant, consumer: name, key: keyId, roles, tags }, policy.consumers);
  if (gone.has(`${tenant}/${name}`) || (keyId !== null && gone.has(keyId))) return { kind: "refused", code: "invalid_api_key" };
  const refused = key === null ? null : refusalOfKey(key, toEpochMs(line.at) ?? 0);
  if (refused !== null) return { kind: "refused", code: refused.code };
  return { kind: "known", caller: consumer === null ? { ...withoutFacts(caller), ...told(line) } : caller };
}

function withoutFacts({ access, consumer, isStrict, keyId, limits, tenant }: Caller): Omit<Caller, "roles" | "tags"> {
  return { access, consumer, isStrict, keyId, limits, tenant };
}

function told({ roles, tags }: TraceLine): Partial<Pick<Caller, "roles" | "tags">> {
  return { ...(roles === undefined ? {} : { roles }), ...(tags === undefined ? {} : { tags }) };
}
