// Written by `npx fairlead generate` from src/dialects/index.ts. Do not edit.

/** The wire formats that are registered. */
export const DIALECT_NAMES = [
  "openai-chat",
  "openai-responses",
  "openai-completions",
  "anthropic-messages",
  "gemini",
  "bedrock-converse",
] as const;
