declare namespace Cloudflare {
  interface Env {
    readonly USAGE_LOG: DurableObjectNamespace;
  }
}
