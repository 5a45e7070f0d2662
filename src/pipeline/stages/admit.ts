import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { estimateUsage } from "../../core/usage.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Run } from "../deps.ts";

interface AdmitInput {
  readonly caller: Caller;
  readonly asked: DecodedRequest;
}

/**
 * Stage: reserve what the request is expected to use. Runs beside dispatch and gates the first byte to the caller; a
 * caller without limits needs no ledger. @throws FairleadError `rate_limit_exceeded`
 */
export async function admit({ asked, caller }: AdmitInput, ledger: Ledger, run: Run): Promise<void> {
  const { limits } = caller;
  if (limits.length === 0) return;
  const expectedTokens = estimateUsage(asked.text.length, 0).inputTokens;
  const admission = await ledger.admit({ requestId: run.requestId, limits, expectedTokens, now: run.startedAt });
  if (admission.kind === "granted") return;
  const { retryAfterSeconds } = admission;
  throw new FairleadError("rate_limit_exceeded", `The token budget is spent. Retry in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}
