import type { UpstreamModel } from "../../../src/dialects/dialect.ts";

/** A backend model of which nothing is known. */
export function upstreamOf(fields: Partial<UpstreamModel> = {}): UpstreamModel {
  return {
    model: "gpt-x",
    family: "openai",
    quirks: {
      streamUsage: true,
      repair: false,
      maxTokensField: "max_completion_tokens",
      developerRole: true,
      callIds: "any",
      anthropicVersion: "2023-06-01",
    },
    capabilities: null,
    maxOutputTokens: null,
    ...fields,
  };
}
