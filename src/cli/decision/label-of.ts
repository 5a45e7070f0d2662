import type { CompiledTarget } from "../../core/policy/compiled.ts";

/** `provider/model`, as responses name it: the provider's id without its namespace. */
export function labelOf({ model, provider }: Pick<CompiledTarget, "provider" | "model">): string {
  return `${provider.slice(provider.indexOf("/") + 1)}/${model}`;
}
