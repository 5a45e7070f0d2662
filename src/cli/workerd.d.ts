/** The `workerd` package is CommonJS; its `default` is the path of its binary. */
declare module "workerd" {
  const workerd: { readonly default: string };
  export default workerd;
}
