import type { ASTNode } from "@marcbachmann/cel-js";
import { nearestName } from "../policy/nearest-name.ts";
import { estimateProgramSize } from "./estimate-program-size.ts";
import { readLiteral } from "./macro.ts";
import { excerpt } from "./refusal.ts";
import { CALENDAR_METHODS, type Callable, COMPREHENSIONS, FUNCTIONS, METHODS } from "./vocabulary.ts";
import { type NodeOf, scalar, sourceOf, type Walk, type Weight } from "./walk.ts";
import { weighComprehension } from "./weigh-comprehension.ts";
import { factOf, factType } from "./weigh-name.ts";

/** `name(…)` */
export function weighCall(node: NodeOf<"call">, walk: Walk): Weight {
  const [name, args] = node.args;
  const callable = FUNCTIONS.get(name);
  if (callable === undefined) reportUnknown(name, FUNCTIONS, walk);
  if (name === "has" && !isPresenceTest(args)) {
    const allowed = ["has(request.headers.NAME)", "has(caller.tags.NAME)", "'NAME' in request.headers"];
    walk.report({ says: "has() asks for one field", found: sourceOf(node), allowed });
  }
  if (name === "re2") checkPattern(args[1], walk);
  return scalar((callable?.steps ?? 1) + weighAll(args, walk));
}

/** `receiver.name(…)` */
export function weighMethod(node: NodeOf<"rcall">, walk: Walk): Weight {
  const [name, receiver, args] = node.args;
  if (COMPREHENSIONS.has(name)) return weighComprehension(node, walk);
  const callable = METHODS.get(name);
  if (callable === undefined) reportUnknown(name, METHODS, walk);
  if (name === "re2") checkPattern(args[0], walk);
  if (CALENDAR_METHODS.has(name) && args.length > 0 && readLiteral(args[0]) === null)
    walk.report({ says: "a time zone is written out", found: sourceOf(node), allowed: [`${name}('Europe/Berlin')`] });
  return scalar((callable?.steps ?? 1) + walk.weigh(receiver, walk).steps + weighAll(args, walk));
}

function weighAll(nodes: readonly ASTNode[], walk: Walk): number {
  return nodes.reduce((steps, node) => steps + walk.weigh(node, walk).steps, 0);
}

/** Whether `has` is asked for a field of the facts, or for a key of one of their maps. */
function isPresenceTest([asked, ...others]: readonly ASTNode[]): boolean {
  if (asked?.op !== "." || others.length > 0) return false;
  const [left] = asked.args;
  return factOf(left) !== undefined || factType(left)?.startsWith("map") === true;
}

/** Patterns are compiled once, with the policy, so that their size is known: a text of the request never becomes one. */
function checkPattern(literal: ASTNode | undefined, { patterns, report }: Walk): void {
  const pattern = readLiteral(literal);
  if (literal === undefined) return;
  if (pattern !== null) {
    patterns.instructions += estimateProgramSize(pattern);
    patterns.written.set(pattern, sourceOf(literal));
  } else report({ says: "a pattern is written out", found: sourceOf(literal), allowed: ["a string literal"] });
}

function reportUnknown(name: string, offered: ReadonlyMap<string, Callable>, { report }: Walk): void {
  if (name === "matches") {
    // Its patterns would run on an engine that backtracks: 28 characters have kept it busy for seconds.
    report({
      says: "matches() is not offered",
      found: excerpt(name),
      allowed: ["re2(text, 'pattern')", "text.re2('pattern')"],
      suggestion: "re2",
    });
    return;
  }
  const other = offered === FUNCTIONS ? METHODS : FUNCTIONS;
  const elsewhere = other.get(name)?.forms;
  const kind = offered === FUNCTIONS ? "function" : "method";
  const names = [...offered.keys()];
  if (elsewhere !== undefined) report({ says: `no such ${kind}`, found: excerpt(name), allowed: elsewhere });
  else report({ says: `no such ${kind}`, found: excerpt(name), allowed: names, suggestion: nearestName(name, names) });
}
