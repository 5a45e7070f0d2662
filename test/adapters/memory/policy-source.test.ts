import { describe } from "vitest";
import { createStaticPolicySource } from "../../../src/adapters/memory/policy-source.ts";
import { policySourceContract } from "../../ports/policy-source.contract.ts";

describe("static policy source", () => {
  policySourceContract(createStaticPolicySource);
});
