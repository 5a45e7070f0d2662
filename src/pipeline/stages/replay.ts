import { FairleadError } from "../../core/errors.ts";
import type { Outcome } from "../../core/idempotency/idempotency-record.ts";
import type { Run } from "../deps.ts";

const REPLAYED = { "idempotent-replayed": "true" };

/** Stage: what the first request under a key got, at no cost. @throws FairleadError what it ended in, or `idempotency_result_unavailable` */
export function replay(outcome: Outcome, run: Pick<Run, "callerRequestId">): Response {
  switch (outcome.kind) {
    case "answer": {
      const headers = new Headers({ ...outcome.headers, ...REPLAYED, "x-request-id": run.callerRequestId });
      if (headers.has("x-fairlead-cost")) headers.set("x-fairlead-cost", "0");
      return new Response(outcome.body, { headers });
    }
    case "error":
      throw new FairleadError(outcome.code, outcome.message, {
        ...(outcome.param === null ? {} : { param: outcome.param }),
        headers: REPLAYED,
        attemptsSpent: true,
      });
    case "unkept":
      throw new FairleadError(
        "idempotency_result_unavailable",
        "The request under this Idempotency-Key was answered and charged, and its answer was not kept. Use a new key to ask again.",
        { headers: REPLAYED, attemptsSpent: true },
      );
  }
}
