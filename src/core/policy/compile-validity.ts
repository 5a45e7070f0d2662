import { placeIn } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { toEpochMs } from "./schema/timestamp.ts";
import type { PathSegment } from "./source-node.ts";

interface KeyTimes {
  readonly object: PolicyObject;
  /** Of the key. */
  readonly path: readonly PathSegment[];
  readonly notBefore?: string | undefined;
  readonly expires?: string | undefined;
}

/** When a key is valid, in epoch milliseconds; null where no such end is set. Reports one that never is. */
export function compileValidity({ expires, notBefore, object, path }: KeyTimes, report: Report) {
  const notBeforeMs = notBefore === undefined ? null : toEpochMs(notBefore);
  const expiresMs = expires === undefined ? null : toEpochMs(expires);
  if (notBeforeMs !== null && expiresMs !== null && expiresMs <= notBeforeMs) {
    const place = placeIn(object, ...path, "expires");
    report(createProblem("key_never_valid", place, { found: expires ?? null, allowed: [`later than ${notBefore}`] }));
  }
  return { notBeforeMs, expiresMs };
}
