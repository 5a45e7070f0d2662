import { isRecord } from "../../core/json/is-record.ts";
import { argumentsText } from "./read-item.ts";

type Item = Readonly<Record<string, unknown>>;

/** The item with every member that SDKs require of its type; the same object where none is missing. */
export function mendItem(item: Item, id: string, status = "completed"): Item {
  const missing: Record<string, unknown> = item["id"] === id ? {} : { id };
  const require = (name: string, isFine: boolean, value: unknown): void => {
    if (!isFine) missing[name] = value;
  };
  switch (item["type"]) {
    case "message":
      require("role", typeof item["role"] === "string", "assistant");
      require("status", typeof item["status"] === "string", status);
      require("content", hasAnnotations(item["content"]), mendContent(item["content"]));
      break;
    case "reasoning":
      require("summary", Array.isArray(item["summary"]), []);
      break;
    case "function_call":
      require("status", typeof item["status"] === "string", status);
      require("arguments", typeof item["arguments"] === "string", argumentsText(item["arguments"]));
      require("call_id", typeof item["call_id"] === "string", id);
      break;
    default:
  }
  return Object.keys(missing).length === 0 ? item : { ...item, ...missing };
}

function hasAnnotations(content: unknown): boolean {
  return Array.isArray(content) && content.every((part) => !isRecord(part) || mendPart(part) === part);
}

function mendContent(content: unknown): unknown {
  if (typeof content === "string") return [{ type: "output_text", text: content, annotations: [] }];
  return Array.isArray(content) ? content.map((part: unknown) => (isRecord(part) ? mendPart(part) : part)) : [];
}

function mendPart(part: Item): Item {
  const isFine = part["type"] !== "output_text" || Array.isArray(part["annotations"]);
  return isFine ? part : { ...part, annotations: [] };
}
