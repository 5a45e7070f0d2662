import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { readCredential } from "../../core/http/read-credential.ts";
import type { Run } from "../deps.ts";
import { type ApiKeyDeps, authenticateApiKey } from "../identity/authenticate-api-key.ts";

/** Stage: who calls, by the one credential of the request. @throws FairleadError 400, 401 */
export async function authenticate(deps: ApiKeyDeps, run: Pick<Run, "headers" | "query" | "now">): Promise<Caller> {
  const credential = readCredential(run.headers, run.query);
  if (credential.kind === "refused") throw new FairleadError(credential.code, credential.message);
  return await authenticateApiKey(credential.text, deps, run.now());
}
