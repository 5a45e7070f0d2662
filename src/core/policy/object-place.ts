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
