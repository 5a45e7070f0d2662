import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";

/** The `usage` a chunk reports, where servers put it: at the top, in an extension of theirs, inside the choice. */
export function findUsage(chunk: Readonly<Record<string, unknown>>): unknown {
  if (isRecord(chunk["usage"])) return chunk["usage"];
  const extension = chunk["x_groq"];
  if (isRecord(extension) && isRecord(extension["usage"])) return extension["usage"];
  const choice: unknown = Array.isArray(chunk["choices"]) ? chunk["choices"][0] : null;
  return isRecord(choice) && isRecord(choice["usage"]) ? choice["usage"] : null;
}

/** Tokens a chunk reports; null when it reports none. */
export function readChunkUsage(chunk: Readonly<Record<string, unknown>>): Usage | null {
  return readOpenAiUsage(findUsage(chunk));
}
