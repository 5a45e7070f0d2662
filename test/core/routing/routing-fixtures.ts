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
    signing: null,
  };
}

/** A target of the provider that owns `credentials`; targets of one provider share them. */
export function target(label: string, detail: Partial<LinkedTarget> = {}): LinkedTarget {
  return {
    label,
    dialect: "openai-chat",
    transport: "http",
    natives: new Set(["openai-chat"]),
    urlOf: () => "https://llm.example.com/v1/chat/completions",
    model: label.split("/")[1] ?? label,
    family: "openai-chat",
    quirks: {
      streamUsage: true,
      repair: false,
      maxTokensField: "max_tokens",
      developerRole: true,
      callIds: "any",
      anthropicVersion: "2023-06-01",
    },
    capabilities: null,
    maxOutputTokens: null,
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
    unsupported: "Refuse",
    isSelective: false,
  };
}
