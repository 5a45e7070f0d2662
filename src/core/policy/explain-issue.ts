import * as z from "zod";
import { nearestName } from "./nearest-name.ts";
import { createProblem, describeNode, placeOf, type Problem, type ProblemCode, quoted } from "./problem.ts";
import { nearestNode, type PathSegment, scalarText, type SourceNode } from "./source-node.ts";

const TYPE_PHRASES: Readonly<Record<string, string>> = {
  object: "a map of fields",
  record: "a map",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

interface Explained {
  readonly schema: z.ZodType;
  readonly root: SourceNode;
}

/** What is allowed, for rules whose schema has no phrase of its own. Given to zod as its error map. */
export function phraseFor(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_PHRASES[issue.expected] ?? issue.expected;
    case "too_big":
      return `at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`;
    case "too_small":
      return `at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`;
    default:
      return "another value";
  }
}

/** One refused value → problems: one per unknown field, otherwise one. */
export function explainIssue(issue: z.core.$ZodIssue, { schema, root }: Explained): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    const fields = fieldsAt(schema, issue.path);
    return issue.keys.map((key) => {
      const { node } = nearestNode(root, [...issue.path, key]);
      return createProblem("unknown_field", placeOf(node, "key"), { allowed: fields, suggestion: nearestName(key, fields) });
    });
  }
  const { node, isExact } = nearestNode(root, issue.path);
  if (!isExact) return [createProblem("missing_field", missingPlace(node, issue.path), { allowed: allowedBy(issue) })];
  const allowed = allowedBy(issue);
  if (issue.code === "invalid_key")
    return [createProblem("invalid_value", placeOf(node, "key"), { found: quoted(lastOf(issue.path)), allowed })];
  const suggestion = issue.code === "invalid_value" ? nearestName(scalarText(node) ?? "", allowed) : null;
  return [createProblem(codeOf(issue), placeOf(node), { found: describeNode(node), allowed, suggestion })];
}

function missingPlace(parent: SourceNode, path: readonly PropertyKey[]) {
  const missing = path.slice(parent.path.length).filter((segment): segment is PathSegment => typeof segment !== "symbol");
  return placeOf(parent, "key", missing);
}

function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  if (issue.code === "invalid_type") return "wrong_type";
  if (issue.code === "too_small" && issue.origin === "array" && issue.minimum === 1) return "empty_list";
  if (issue.code === "too_big" && issue.origin === "array") return "too_many";
  const isBound = issue.code === "too_small" || issue.code === "too_big";
  return isBound && issue.origin !== "string" ? "out_of_range" : "invalid_value";
}

function allowedBy(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => message);
  return [issue.message];
}

function unitOf(origin: string, count: number | bigint): string {
  if (origin === "array") return count === 1 ? " entry" : " entries";
  return origin === "string" ? " characters" : "";
}

function lastOf(path: readonly PropertyKey[]): string {
  return String(path.at(-1) ?? "");
}

/** Field names of the map at `path`, read from the schema itself. */
function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    const [field, ...rest] = path;
    if (field === undefined) return Object.keys(inner.shape);
    const next: unknown = inner.shape[String(field)];
    return next instanceof z.ZodType ? fieldsAt(next, rest) : [];
  }
  return inner instanceof z.ZodArray ? fieldsAt(inner.element, path.slice(1)) : [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema;
}
