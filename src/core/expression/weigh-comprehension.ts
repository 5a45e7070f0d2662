import { EXPRESSION_LIMITS } from "./limits.ts";
import { COMPREHENSIONS } from "./vocabulary.ts";
import { type NodeOf, reportNested, scalar, sourceOf, type Walk, type Weight } from "./walk.ts";
import { VARIABLES } from "./weigh-name.ts";

/**
 * `collection.all(x, …)` and the like. Every collection of an expression has a known number of entries at most, so the
 * body's steps can be counted beforehand.
 */
export function weighComprehension(node: NodeOf<"rcall">, walk: Walk): Weight {
  const [name, receiver, [variable, ...body]] = node.args;
  const range = walk.weigh(receiver, walk);
  if (variable?.op !== "id" || !takesBody(name, body.length)) {
    const allowed = COMPREHENSIONS.get(name)?.forms ?? [];
    walk.report({ says: `${name}() takes a variable and what is asked of each entry`, found: sourceOf(node), allowed });
    return scalar(range.steps);
  }
  const inner = enterScope(variable, walk);
  const weights = body.map((part) => walk.weigh(part, inner));
  if (name === "map" && weights.at(-1)?.entries !== null) reportNested(node, walk);
  // A range that is no collection is refused when types are checked.
  const entries = range.entries ?? EXPRESSION_LIMITS.entries;
  const steps = 1 + range.steps + entries * weights.reduce((sum, weight) => sum + weight.steps, 1);
  return { steps, entries: name === "filter" || name === "map" ? entries : null };
}

function takesBody(name: string, parts: number): boolean {
  return parts === 1 || (name === "map" && parts === 2);
}

/** The walk below a comprehension, where its variable is known. */
function enterScope(variable: NodeOf<"id">, walk: Walk): Walk {
  if (VARIABLES.includes(variable.args) || walk.locals.has(variable.args))
    walk.report({ says: "the variable of a comprehension needs a name of its own", found: sourceOf(variable) });
  return { ...walk, locals: new Set([...walk.locals, variable.args]) };
}
