import { expect, it } from "vitest";
import { providerOf } from "../../../src/core/health/provider-of.ts";

it("reads a target's provider, whatever the model's name", () => {
  const targets = ["default/openai/gpt-4o", "team/pool/meta-llama/Llama-3", "default/openai", "x"];
  expect(targets.map(providerOf)).toEqual(["default/openai", "team/pool", "default/openai", "x"]);
});
