import { describe } from "vitest";
import { LivePolicies } from "../../../src/core/control/live-policies.ts";
import { policySourceContract } from "../../ports/policy-source.contract.ts";

describe("live policies before any rollout", () => {
  policySourceContract((policy) => new LivePolicies(policy, "0".repeat(64)));
});
