import type { ASTNode } from "@marcbachmann/cel-js";
import { nearestName } from "../policy/nearest-name.ts";
import { CALLER_FIELDS, type FactType, MOST_ENTRIES, REQUEST_FIELDS } from "./facts.ts";
import { readLiteral } from "./macro.ts";
import { excerpt, shorten } from "./refusal.ts";
import { type NodeOf, scalar, sourceOf, type Walk, type Weight } from "./walk.ts";

/** A variable that has fields. */
interface Fact {
  readonly name: string;
  readonly fields: Readonly<Record<string, FactType>>;
}

const FACTS: readonly Fact[] = [
  { name: "request", fields: REQUEST_FIELDS },
  { name: "caller", fields: CALLER_FIELDS },
];
/** Names that stand for something wherever they are written. */
export const VARIABLES: readonly string[] = [...FACTS.map(({ name }) => name), "now"];

/** The fact that a node names by itself: `request` or `caller`. */
export function factOf(node: ASTNode): Fact | undefined {
  return node.op === "id" ? FACTS.find(({ name }) => name === node.args) : undefined;
}

/** The type of `request.FIELD` or `caller.FIELD`; undefined for every other node and for fields there are not. */
export function factType(node: ASTNode): FactType | undefined {
  if (node.op !== ".") return undefined;
  const [left, name] = node.args;
  const fields = factOf(left)?.fields;
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A name that stands alone. */
export function weighVariable(node: NodeOf<"id">, { locals, report }: Walk): Weight {
  const name = node.args;
  const fact = factOf(node);
  const known = [...VARIABLES, ...locals];
  if (fact !== undefined) report({ says: `${name} itself is no value`, allowed: fieldsOf(fact) });
  else if (!known.includes(name))
    report({ says: "no such variable", found: excerpt(name), allowed: known, suggestion: suggestVariable(name, known) });
  return scalar(1);
}

/** `left.name`: a field of a fact, which must exist, or a key of a map, which the facts may lack. */
export function weighField(node: NodeOf<".">, walk: Walk): Weight {
  const [left, name] = node.args;
  const fact = factOf(left);
  if (fact === undefined) {
    checkHeaderName(left, name, walk);
    return scalar(1 + walk.weigh(left, walk).steps);
  }
  const type = factType(node);
  if (type === undefined) {
    const allowed = Object.keys(fact.fields);
    walk.report({ says: "no such field", found: sourceOf(node), allowed, suggestion: nearestName(name, allowed) });
  }
  return { steps: 2, entries: type === undefined ? null : mostEntries(name) };
}

/** `left[key]`: a key of a map, or a position of a list. */
export function weighIndex(node: NodeOf<"[]">, walk: Walk): Weight {
  const [left, key] = node.args;
  const fact = factOf(left);
  if (fact !== undefined) {
    walk.report({ says: "fields are named after a dot", found: sourceOf(node), allowed: fieldsOf(fact) });
    return scalar(1);
  }
  checkHeaderName(left, readLiteral(key), walk);
  return scalar(1 + walk.weigh(left, walk).steps + walk.weigh(key, walk).steps);
}

/** A literal key of `request.headers` that no header can have would never match and never say so. */
export function checkHeaderName(map: ASTNode, key: string | null, { report }: Walk): void {
  if (key === null || !/[A-Z]/.test(key)) return;
  if (map.op !== "." || map.args[1] !== "headers" || factType(map) === undefined) return;
  report({ says: "names of headers are in lower case", found: excerpt(key), suggestion: shorten(key.toLowerCase()) });
}

/** As many entries as a fact can have; null for what is no collection. */
function mostEntries(field: string): number | null {
  const most: Readonly<Record<string, number>> = MOST_ENTRIES;
  return Object.hasOwn(most, field) ? (most[field] ?? null) : null;
}

function suggestVariable(name: string, known: readonly string[]): string | null {
  const owner = FACTS.find(({ fields }) => Object.hasOwn(fields, name));
  return owner === undefined ? nearestName(name, known) : `${owner.name}.${name}`;
}

function fieldsOf({ fields, name }: Fact): readonly string[] {
  return Object.keys(fields).map((field) => `${name}.${field}`);
}
