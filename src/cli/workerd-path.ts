import { createRequire } from "node:module";

/** Path of the workerd binary: the package's `default`. The command of the same name may be a wrapper around it. */
export function workerdPath(): string {
  const { default: path } = createRequire(import.meta.url)("workerd") as { readonly default: string }; // the package has no types
  return path;
}
