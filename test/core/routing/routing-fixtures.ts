import type { Failure, FailureClass } from "../../../src/core/failure.ts";
import type { LinkedCredential, LinkedRoute, LinkedTarget } from "../../../src/core/policy/link.ts";

/** A failed attempt as a dialect would class it. */
export function failure(failureClass: FailureClass, detail: Partial<Failure> = {}): Failure {
  return {
    class: failureClass,
    status: 0,
    message: `It was ${failureClass}.`,
    param: null,
    code: null,
    retryAfterSeconds: null,
    ...detail,
  };
}

export function credential(name: string): LinkedCredential {
  return {
    name,
    origin: "https://llm.example.com",
    secret: `secret-${name}`,
    headers: { authorization: `Bearer secret-${name}` },
  };
}

/** A target of the provider that owns `credentials`; targets of one provider share them. */
export function target(label: string, detail: Partial<LinkedTarget> = {}): LinkedTarget {
  return {
    label,
    dialect: "openai-chat",
    transport: "http",
    urls: { chat: "https://llm.example.com/v1/chat/completions", embeddings: "https://llm.example.com/v1/embeddings" },
    model: label.split("/")[1] ?? label,
    streamUsage: true,
    weight: 1,
    price: null,
    credentials: [credential("only")],
    ...detail,
  };
}

export function routeOf(...groups: readonly (readonly LinkedTarget[])[]): LinkedRoute {
  return {
    id: "default/chat/everyone",
    tenant: "default",
    groups,
    fixedOrder: null,
    failoverOn: new Set(),
    maxAttempts: 3,
    timeouts: { ttftMs: 1_000, idleMs: 1_000, totalMs: 5_000 },
    exactCacheTtlSeconds: null,
  };
}
