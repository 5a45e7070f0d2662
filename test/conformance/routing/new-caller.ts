import { randomBytes } from "node:crypto";
import { createApiKey, parseApiKey } from "../../../src/core/api-key.ts";
import { hashApiKey } from "../../../src/core/hash-api-key.ts";
import type { PolicyObject } from "../faults/policy-objects.ts";
import { consumer } from "./rule-objects.ts";

/** A consumer of a policy, and the one key it calls with. */
export interface NewCaller {
  readonly name: string;
  readonly key: string;
  readonly object: PolicyObject;
}

/** A consumer with a new key, under the pepper of the routers that are to know it. */
export async function createCaller(name: string, pepper: string): Promise<NewCaller> {
  const key = createApiKey({ plane: "data", environment: "test" }, randomBytes);
  const id = parseApiKey(key)?.id ?? "";
  return { name, key, object: consumer(name, [{ id, hash: `v1:${await hashApiKey(key, pepper)}` }]) };
}
