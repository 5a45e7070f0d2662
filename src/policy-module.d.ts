/** The compiled policy: written by the build step, bundled into the Worker. */
declare module "fairlead:policy" {
  import type { CompiledPolicy } from "./core/policy/compiled.ts";

  const policy: CompiledPolicy;
  export default policy;
}
