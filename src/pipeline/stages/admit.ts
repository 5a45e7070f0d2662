import { FairleadError } from "../../core/errors.ts";
import { estimateUsage } from "../../core/usage.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Run } from "../deps.ts";

/**
 * Stage: reserve what the request is expected to use. Runs beside dispatch and gates the first byte to the caller.
 * Consumers have no limits of their own yet, so nothing is reserved against. @throws FairleadError `rate_limit_exceeded`
 */
export async function admit(asked: DecodedRequest, ledger: Ledger, run: Run): Promise<void> {
  const expectedTokens = estimateUsage(asked.text.length, 0).inputTokens;
  const admission = await ledger.admit({ requestId: run.requestId, limits: [], expectedTokens, now: run.startedAt });
  if (admission.kind === "granted") return;
  const { retryAfterSeconds } = admission;
  throw new FairleadError("rate_limit_exceeded", `The token budget is spent. Retry in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
