import type { CompiledRoute, CompiledVariant } from "./compiled.ts";

/** `namespace/policy/rule`, and `/variant` where the rule is split: what a linked route is called. */
export function variantId({ id }: Pick<CompiledRoute, "id">, { name }: Pick<CompiledVariant, "name">): string {
  return name === null ? id : `${id}/${name}`;
}
