import { isRecord } from "../../core/json/is-record.ts";
import { type Body, camelCase } from "./member.ts";

/** Counts, which protobuf's 64-bit integers may spell as strings. */
const COUNTS: ReadonlySet<string> = new Set(["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"]);

/**
 * A schema in the API's own subset of OpenAPI as JSON Schema: types in lower case, `nullable` as a type of its own, names in
 * camelCase. The order of properties is that of the object.
 * @see https://ai.google.dev/api/caching#Schema
 */
export function lowerSchema(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const lowered: Record<string, unknown> = {};
  let isNullable = false;
  for (const [spelled, value] of Object.entries(schema)) {
    const name = camelCase(spelled);
    if (name === "nullable") isNullable = value === true;
    else if (name !== "propertyOrdering" && value !== null && value !== "TYPE_UNSPECIFIED")
      lowered[name] = lowerMember(name, value);
  }
  return isNullable ? asNullable(lowered) : lowered;
}

function lowerMember(name: string, value: unknown): unknown {
  if (typeof value === "string") return lowerText(name, value);
  switch (name) {
    case "items":
    case "additionalProperties":
      return lowerSchema(value);
    case "anyOf":
    case "prefixItems":
      return Array.isArray(value) ? value.map(lowerSchema) : value;
    case "properties":
    case "defs":
      return isRecord(value) ? lowerEach(value) : value;
    default:
      return value;
  }
}

function lowerText(name: string, text: string): unknown {
  if (name === "type") return text.toLowerCase();
  return COUNTS.has(name) && /^\d{1,9}$/.test(text) ? Number(text) : text;
}

function lowerEach(properties: Body): Body {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, lowerSchema(schema)]));
}

function asNullable(schema: Body): Body {
  const { anyOf, type } = schema;
  if (typeof type === "string") return { ...schema, type: [type, "null"] };
  return Array.isArray(anyOf) ? { ...schema, anyOf: [...(anyOf as readonly unknown[]), { type: "null" }] } : schema;
}
