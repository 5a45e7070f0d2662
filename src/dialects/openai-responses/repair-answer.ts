import { isRecord } from "../../core/json/is-record.ts";
import { parseExact, writeJson } from "../../core/json/exact-json.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import { mendItem } from "./mend-item.ts";

/** A whole response with what SDKs require of its items; as it came where nothing is missing, and where it is no response. */
export function repairAnswer(text: string): string {
  let response: unknown;
  try {
    response = parseExact(text);
  } catch {
    return text;
  }
  if (!isRecord(response) || !Array.isArray(response["output"])) return text;
  const output: readonly unknown[] = response["output"];
  const seen = new Set<unknown>();
  const mended = output.map((item, index) => {
    if (!isRecord(item)) return item;
    const isUnique = typeof item["id"] === "string" && item["id"] !== "" && !seen.has(item["id"]);
    const id = isUnique ? String(item["id"]) : mintId(text, index);
    seen.add(id);
    return mendItem(item, id);
  });
  return mended.every((item, index) => item === output[index]) ? text : writeJson({ ...response, output: mended });
}

/** An id for what has none. The same text gives the same one. */
export function mintId(text: string, index: number): string {
  return `item_${stableHash(text)}${index.toString(16)}`;
}
