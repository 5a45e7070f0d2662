import { createProblem, type Place, placeOf, quoted, type ProblemCode, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { nearestNode, type PathSegment } from "./source-node.ts";

/** Where `path` is written, as the accepted body counts it; the nearest enclosing node when it is not written at all. */
export function placeIn(object: PolicyObject, ...path: readonly PathSegment[]): Place {
  const { node } = nearestNode(object.source, path);
  return placeOf(node);
}

export interface NamedList {
  readonly path: readonly PathSegment[];
  /** What has to be unique, one per entry. */
  readonly names: readonly string[];
  /** The field to point at. */
  readonly field: string;
  readonly code?: ProblemCode;
}

/** Reports every entry whose name an earlier entry of the same list has. */
export function reportDuplicates(object: PolicyObject, list: NamedList, report: Report): void {
  const seen = new Set<string>();
  for (const [index, name] of list.names.entries()) {
    if (seen.has(name)) {
      const place = placeIn(object, ...list.path, index, list.field);
      report(createProblem(list.code ?? "duplicate_name", place, { found: quoted(name) }));
    }
    seen.add(name);
  }
}

export interface Choice {
  readonly path: readonly PathSegment[];
  readonly names: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/** Reports a place where not exactly one of several fields is set. What could not be read may be the missing one. */
export function reportUnlessOne(object: PolicyObject, { body, names, path }: Choice, report: Report): void {
  const set = names.filter((name) => body[name] !== undefined);
  if (object.isPartial ? set.length <= 1 : set.length === 1) return;
  const found = set.length === 0 ? "none of them" : set.join(" and ");
  report(createProblem("exactly_one", placeIn(object, ...path), { found, allowed: names }));
}
