import type { PolicyObject } from "../faults/policy-objects.ts";

const API_VERSION = "fairlead.dev/v1alpha1";

/** A virtual model served by one rule; `rule` is what the rule says beside its name. */
export function ruled(model: string, rule: PolicyObject): PolicyObject {
  return {
    apiVersion: API_VERSION,
    kind: "RoutingPolicy",
    metadata: { name: model.toLowerCase() },
    spec: { models: [{ name: model }], rules: [{ name: "everyone", ...rule }] },
  };
}

/** A priority group of `provider/model` targets, each with the weight 1. */
export function group(name: string, targets: readonly string[], balance?: PolicyObject): PolicyObject {
  const refs = targets.map((target) => {
    const [provider = "", model = ""] = target.split("/");
    return { provider, model };
  });
  return { name, targets: refs, ...(balance === undefined ? {} : { balance }) };
}

/** A consumer with keys by id and hash. */
export function consumer(name: string, keys: readonly { readonly id: string; readonly hash: string }[]): PolicyObject {
  return {
    apiVersion: API_VERSION,
    kind: "Consumer",
    metadata: { name },
    spec: { keys: keys.map((key, index) => ({ name: `key-${index + 1}`, ...key })) },
  };
}
