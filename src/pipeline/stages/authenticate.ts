import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { clientAddress } from "../../core/http/client-address.ts";
import { readCredential } from "../../core/http/read-credential.ts";
import { isToken } from "../../core/identity/read-token.ts";
import type { Run } from "../deps.ts";
import { type ApiKeyDeps, authenticateApiKey } from "../identity/authenticate-api-key.ts";
import { authenticateToken, type TokenDeps } from "../identity/authenticate-token.ts";

/** Stage: who calls, by the one credential of the request. @throws FairleadError 400, 401, 429, 503; 403 where it is nobody's here */
export async function authenticate(
  deps: ApiKeyDeps & TokenDeps,
  run: Pick<Run, "headers" | "query" | "now" | "sleep" | "defer">,
): Promise<Caller> {
  const credential = readCredential(run.headers, run.query);
  if (credential.kind === "refused") throw new FairleadError(credential.code, credential.message);
  const { isInAddress, text } = credential;
  // Addresses are logged along the way: a token that stands in one is not accepted.
  if (deps.identities.acceptTokens && isToken(text) && !isInAddress) return await authenticateToken(text, deps, run);
  return await authenticateApiKey(text, deps, { now: run.now(), address: clientAddress(run.headers) });
}
