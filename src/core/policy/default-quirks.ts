import type { CompiledQuirks, DialectName } from "./compiled.ts";

/** Wire formats that many servers imitate, and few exactly. */
const IMITATED: readonly DialectName[] = ["openai-chat", "openai-responses", "openai-completions"];

/** What is assumed of a server of which only the dialect is known: OpenAI's formats are mended, and asked for what most know. */
export function defaultQuirks(dialect: DialectName): CompiledQuirks {
  return {
    streamUsage: true,
    repair: IMITATED.includes(dialect),
    maxTokensField: "max_tokens",
    developerRole: false,
    callIds: "any",
    anthropicVersion: "2023-06-01",
  };
}
