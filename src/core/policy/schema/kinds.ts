import { consumerSchema, type Consumer } from "./consumer.ts";
import { llmGatewaySchema, type LLMGateway } from "./llm-gateway.ts";
import { llmProviderSchema, type LLMProvider } from "./llm-provider.ts";
import { routingPolicySchema, type RoutingPolicy } from "./routing-policy.ts";

/** Every policy kind with its schema and its names in Kubernetes; compiler and generators read this table. */
export const POLICY_KINDS = {
  LLMGateway: { schema: llmGatewaySchema, file: "llm-gateway", plural: "llmgateways", shortNames: ["lgw"] },
  LLMProvider: { schema: llmProviderSchema, file: "llm-provider", plural: "llmproviders", shortNames: ["llmp"] },
  RoutingPolicy: { schema: routingPolicySchema, file: "routing-policy", plural: "routingpolicies", shortNames: ["rp"] },
  Consumer: { schema: consumerSchema, file: "consumer", plural: "consumers", shortNames: [] },
} as const;

export type PolicyKind = keyof typeof POLICY_KINDS;

/** One object as written, after its own schema accepted it. */
export type PolicyDocument = LLMGateway | LLMProvider | RoutingPolicy | Consumer;

export function isPolicyKind(name: unknown): name is PolicyKind {
  return typeof name === "string" && Object.hasOwn(POLICY_KINDS, name);
}
