import { EvaluationError, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { excerpt, type Refusal, refuse, shorten } from "./refusal.ts";
import { FUNCTIONS, METHODS } from "./vocabulary.ts";

const { entries, nesting, terms } = EXPRESSION_LIMITS;
const SIZES = [`at most ${terms} terms`, `${nesting} levels`, `${entries} entries of a list or map`];

/** Why a text could not be parsed. */
export function explainSyntax(error: unknown): Refusal {
  if (!(error instanceof ParseError)) return refuse({ says: "the expression nests too deeply", allowed: SIZES });
  if (error.code === "limit_exceeded") return refuse({ says: "the expression is too large", allowed: SIZES });
  const at = error.range === undefined ? null : `at character ${error.range.start + 1}`;
  return refuse({ says: `no valid CEL: ${shorten(error.summary)}${at === null ? "" : ` ${at}`}` });
}

/** Why the types of an expression do not fit. */
export function explainTypes(error: unknown): Refusal {
  if (!(error instanceof CelTypeError)) return refuse({ says: "the types of the expression cannot be told" });
  const { node, summary } = error;
  const found = node?.input === undefined ? null : excerpt(node.input.slice(node.start, node.end));
  return refuse({ says: shorten(plainTypes(summary)), found, allowed: allowedInstead(error) });
}

/** Why an expression has no value for one request. Holds names of the expression, and no value of the request. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof EvaluationError)) return "A fact the expression names could not be read.";
  const { code, node, summary } = error;
  const place = node?.input === undefined ? "" : `${excerpt(node.input.slice(node.start, node.end))}: `;
  if (code === "no_such_key") return `${place}there is no such key here; has(…) or 'key' in … asks first.`;
  return `${place}${shorten(plainTypes(summary))}.`;
}

/** What would have been allowed in place of a wrong type. */
function allowedInstead({ code, node }: CelTypeError): readonly string[] {
  if (code === "no_such_overload") return ["two sides of one type; int(), double() and string() convert"];
  const [name] = Array.isArray(node?.args) ? (node.args as readonly unknown[]) : []; // the library types them as unknown
  if (code !== "no_matching_overload" || typeof name !== "string") return [];
  return (node?.op === "call" ? FUNCTIONS : METHODS).get(name)?.forms ?? [];
}

/** CEL's words, without the package of a type and without its own "found", which stands before the finding. */
function plainTypes(summary: string): string {
  return summary
    .replaceAll("google.protobuf.Timestamp", "timestamp")
    .replaceAll("google.protobuf.Duration", "duration")
    .replace(/^found no matching overload for /, "no such call: ");
}
