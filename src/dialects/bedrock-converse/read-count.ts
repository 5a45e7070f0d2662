import { readTokens } from "../../core/usage.ts";
import { failedAnswer, parseAnswer } from "../canonical/failed-answer.ts";
import type { ReadCount } from "../dialect.ts";

/** The answer of CountTokens. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
export function readCount(text: string): ReadCount {
  const read = parseAnswer(text, JSON.parse);
  const tokens = read.kind === "parsed" ? readTokens(read.body["inputTokens"]) : null;
  return tokens === null ? failedAnswer("malformed", "The upstream's answer is no count of tokens.") : { kind: "read", tokens };
}
