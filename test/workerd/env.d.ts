import "vitest";

declare global {
  namespace Cloudflare {
    interface Env {
      readonly USAGE_LOG: DurableObjectNamespace;
      readonly HEALTH_HUB: DurableObjectNamespace;
      readonly TENANT_LEDGER: DurableObjectNamespace;
      readonly KEY_REGISTRY: DurableObjectNamespace;
      readonly IDEMPOTENCY_KEYS: DurableObjectNamespace;
      readonly AUDIT_LOG: DurableObjectNamespace;
      readonly ANSWER_STORE: DurableObjectNamespace;
    }
  }
}

declare module "vitest" {
  interface ProvidedContext {
    /** Full size: tests in workerd do not see the environment. */
    readonly isFull: boolean;
  }
}
