import { isRecord } from "../../core/json/is-record.ts";
import type { ReadCount } from "../dialect.ts";
import { readTokens } from "./read-usage.ts";

/** The answer of CountTokens. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
export function readCount(text: string): ReadCount {
  const tokens = readInputTokens(text);
  if (tokens !== null) return { kind: "read", tokens };
  const message = "The upstream's answer is no count of tokens.";
  const failure = { class: "malformed", status: 200, message, param: null, code: null, retryAfterSeconds: null } as const;
  return { kind: "failed", failure };
}

function readInputTokens(text: string): number | null {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) ? readTokens(body["inputTokens"]) : null;
  } catch {
    return null;
  }
}
