import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { clientAddress } from "../../core/http/client-address.ts";
import { readCredential, type ReadCredential } from "../../core/http/read-credential.ts";
import { isToken } from "../../core/identity/read-token.ts";
import type { Run } from "../deps.ts";
import { type ApiKeyDeps, authenticateApiKey } from "../identity/authenticate-api-key.ts";
import { authenticateToken, type TokenDeps } from "../identity/authenticate-token.ts";
import { type Authenticated, type TransactionDeps, withTransaction } from "../identity/authenticate-transaction.ts";

type AuthenticateDeps = ApiKeyDeps & TokenDeps & TransactionDeps;
type FoundCredential = Extract<ReadCredential, { readonly kind: "ok" }>;
type AuthenticateRun = Pick<Run, "headers" | "query" | "clientCertificate" | "now" | "sleep" | "defer">;

/**
 * Stage: who calls, by the one credential of the request, else by the certificate of its connection; and within which
 * transaction. @throws FairleadError 400, 401, 429, 503; 403 where it is nobody's here
 */
export async function authenticate(deps: AuthenticateDeps, run: AuthenticateRun): Promise<Caller> {
  return await withTransaction(await findCaller(deps, run), deps, run);
}

async function findCaller(deps: AuthenticateDeps, run: AuthenticateRun): Promise<Authenticated> {
  const credential = readCredential(run.headers, run.query);
  const certified = deps.identities.certified(run);
  if (credential.kind === "refused") {
    if (credential.code === "missing_credentials" && certified !== null) return { caller: certified, by: ["Certificate"] };
    throw new FairleadError(credential.code, credential.message);
  }
  const shown = await byCredential(credential, deps, run);
  const isSame = certified?.tenant === shown.caller.tenant && certified.consumer === shown.caller.consumer;
  return isSame ? { ...shown, by: [...shown.by, "Certificate"] } : shown;
}

async function byCredential(
  { isInAddress, text }: FoundCredential,
  deps: AuthenticateDeps,
  run: AuthenticateRun,
): Promise<Authenticated> {
  // Addresses are logged along the way: a token that stands in one is not accepted.
  if (deps.identities.acceptTokens && isToken(text) && !isInAddress) {
    return { caller: await authenticateToken(text, deps, run), by: ["JWT"] };
  }
  return {
    caller: await authenticateApiKey(text, deps, { now: run.now(), address: () => clientAddress(run.headers) }),
    by: ["APIKey"],
  };
}

/** Whether who calls would be let in now: for when the keys have changed since. */
export async function isLetIn(...[deps, run]: Parameters<typeof authenticate>): Promise<boolean> {
  return await authenticate(deps, run).then(
    () => true,
    () => false,
  );
}
