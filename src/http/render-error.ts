import { FairleadError } from "../core/errors.ts";
import { surfaceOf } from "../dialects/index.ts";
import type { Run } from "../pipeline/deps.ts";

/** The one place where an error becomes a response, in the caller's dialect. What is not ours says nothing of itself. */
export function renderError(error: unknown, run: Pick<Run, "requestId" | "callerRequestId" | "dialect">): Response {
  const { requestId } = run;
  // oxlint-disable-next-line no-console -- an unexpected error is what the platform's log is for; it names no secret
  if (!(error instanceof FairleadError)) console.error(requestId, error);
  const known =
    error instanceof FairleadError
      ? error
      : new FairleadError("internal_error", `Something broke here. Quote request ${requestId}.`);
  const { body, headers: dialectHeaders, status } = surfaceOf(run.dialect).encodeError(known, requestId);
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-request-id": run.callerRequestId,
    "x-fairlead-request-id": requestId,
    ...dialectHeaders,
    ...known.headers,
  };
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="fairlead"';
  if (known.attemptsSpent) headers["x-should-retry"] = "false";
  if (known.retryAfterSeconds !== null) {
    headers["retry-after"] = String(Math.ceil(known.retryAfterSeconds));
    headers["retry-after-ms"] = String(Math.ceil(known.retryAfterSeconds * 1_000));
  }
  return new Response(body, { status, headers });
}
