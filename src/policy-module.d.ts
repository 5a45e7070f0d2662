/** The compiled policy: written by the build step, bundled into the Worker. */
declare module "fairlead:policy" {
  const policy: import("./core/policy/compiled.ts").CompiledPolicy;
  export default policy;
}
