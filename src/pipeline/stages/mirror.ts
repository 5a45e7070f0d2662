import type { Deps, Run } from "../deps.ts";
import { askCopy, type Copied } from "./ask-copy.ts";
import { discard } from "./ask-target.ts";

/**
 * Sends a copy of some requests to another target once the real one is answered, and discards its answer. It stands in the usage
 * log under the route's id and `/mirror`. A copied stream is ended at its first content.
 */
export function mirror(copied: Copied, deps: Deps, run: Run): void {
  const { route, settlement } = copied;
  if (route.mirror === null || run.draw() >= route.mirror.share) return;
  const { target } = route.mirror;
  const take = (answer: Parameters<typeof discard>[0]): void => {
    discard(answer);
    const failure = answer.kind === "failed" ? answer.failure.class : null;
    const usage = answer.kind === "json" ? answer.usage : null;
    settlement.bookCopy("mirror", { target, failure, usage });
  };
  askCopy({ target, isKept: false, take }, copied, { deps, run });
}
