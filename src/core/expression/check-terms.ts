import type { ASTNode } from "@marcbachmann/cel-js";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { readLiteral } from "./macro.ts";
import { type Refusal, refuse, type RefusalDetail } from "./refusal.ts";
import { reportNested, scalar, type Walk, type Weight } from "./walk.ts";
import { weighCall, weighMethod } from "./weigh-call.ts";
import { checkHeaderName, weighField, weighIndex, weighVariable } from "./weigh-name.ts";

/** How many times what is allowed an estimate may be: it counts some instructions more than once. */
const ESTIMATE_SLACK = 3;

/** How each pattern of an expression is written, fit to be shown. */
export interface CheckedTerms {
  readonly kind: "checked";
  readonly patterns: ReadonlyMap<string, string>;
}

/**
 * The patterns of an expression, or what is wrong with it besides its types: names nobody declared, functions that are
 * not offered, and more work than one evaluation may take. Runs before types are checked, in time linear in the terms.
 */
export function checkTerms(root: ASTNode): CheckedTerms | Refusal {
  const { patternInstructions, steps: mostSteps } = EXPRESSION_LIMITS;
  const found: RefusalDetail[] = [];
  const patterns = { written: new Map<string, string>(), instructions: 0 };
  const { steps } = weigh(root, { locals: new Set(), patterns, report: (detail) => found.push(detail), weigh });
  const [first] = found;
  if (first !== undefined) return refuse(first);
  if (patterns.instructions > ESTIMATE_SLACK * patternInstructions)
    return refuse({ says: "the patterns are too large", allowed: [`at most ${patternInstructions} instructions`] });
  if (steps <= mostSteps) return { kind: "checked", patterns: patterns.written };
  const says = "an evaluation takes too many steps: a comprehension takes those of its body once for each entry";
  return refuse({ says, found: `up to ${steps}`, allowed: [`at most ${mostSteps}`] });
}

/** Steps and entries of a node, in which every name and call is checked. */
function weigh(node: ASTNode, walk: Walk): Weight {
  switch (node.op) {
    case "value":
      return scalar(1);
    case "id":
      return weighVariable(node, walk);
    case ".":
      return weighField(node, walk);
    case "[]":
      return weighIndex(node, walk);
    case "call":
      return weighCall(node, walk);
    case "rcall":
      return weighMethod(node, walk);
    case "list":
      return weighEntries(node.args, node.args.length, walk);
    case "map":
      return weighEntries(node.args.flat(), node.args.length, walk);
    default:
      return weighOperator(node, walk);
  }
}

/** A list or map that is written out. */
function weighEntries(parts: readonly ASTNode[], entries: number, walk: Walk): Weight {
  let steps = 1;
  for (const part of parts) {
    const weight = walk.weigh(part, walk);
    if (weight.entries !== null) reportNested(part, walk);
    steps += weight.steps;
  }
  return { steps, entries };
}

/** Operators may read all of a collection, and `+` joins two. */
function weighOperator(node: ASTNode, walk: Walk): Weight {
  const weights = operandsOf(node).map((operand) => walk.weigh(operand, walk));
  const read = weights.reduce((sum, { entries }) => sum + (entries ?? 0), 0);
  const steps = weights.reduce((sum, weight) => sum + weight.steps, 1 + read);
  const isCollection = (node.op === "+" || node.op === "?:") && weights.some(({ entries }) => entries !== null);
  if (node.op === "in") checkHeaderName(node.args[1], readLiteral(node.args[0]), walk);
  return { steps, entries: isCollection ? read : null };
}

function operandsOf({ args }: ASTNode): readonly ASTNode[] {
  const parts: readonly unknown[] = Array.isArray(args) ? args : [args];
  return parts.filter((part): part is ASTNode => typeof part === "object" && part !== null && "op" in part);
}
