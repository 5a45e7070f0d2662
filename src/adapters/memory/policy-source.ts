import type { LinkedPolicy } from "../../core/policy/link.ts";
import type { PolicySource } from "../../ports/policy-source.ts";

/** The policy compiled into the Worker: it changes with the next deployment only. */
export function createStaticPolicySource(policy: LinkedPolicy): PolicySource {
  return { current: () => policy };
}
