import { compileValidity } from "./compile-validity.ts";
import type { CompiledAdmin } from "./compiled-admin.ts";
import { reportDuplicates } from "./object-place.ts";
import { compareText, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";

export const NO_ADMIN: CompiledAdmin = { keys: [], isTwoPerson: false };

/** Reports keys with one name or one id, and keys that can never work. */
export function compileAdmin(object: PolicyObject<LLMGateway>, report: Report): CompiledAdmin {
  const { keys = [], rollouts } = object.body.spec.admin ?? {};
  const path = ["spec", "admin", "keys"];
  reportDuplicates(object, { path, names: keys.map(({ name }) => name), field: "name" }, report);
  reportDuplicates(object, { path, names: keys.map(({ id }) => id), field: "id", code: "duplicate_key_id" }, report);
  return {
    keys: keys.map(({ hash, id, name, roles, tenants, ...validity }, index) => ({
      name,
      id,
      hash,
      roles: [...new Set(roles)].toSorted(compareText),
      tenants: tenants === undefined ? null : [...new Set(tenants)].toSorted(compareText),
      ...compileValidity({ object, path: [...path, index], ...validity }, report),
    })),
    isTwoPerson: rollouts === "TwoPerson",
  };
}
