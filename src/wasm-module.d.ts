/** Compiled by the platform: Workers compile nothing while they run. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
