import { parseApiKey } from "../../core/api-key.ts";
import { FairleadError } from "../../core/errors.ts";
import { readCredential } from "../../core/http/read-credential.ts";
import type { Deps, Run } from "../../pipeline/deps.ts";
import { verifyApiKey } from "../../pipeline/verify-api-key.ts";
import type { AdminDeps } from "./admin-deps.ts";

/** @throws FairleadError `invalid_api_key` unless the credential is the admin key */
export async function authoriseAdmin({ headers }: Run, deps: Pick<Deps, "readPepper"> & AdminDeps): Promise<void> {
  const credential = readCredential(headers);
  if (credential.kind === "refused") throw new FairleadError(credential.code, credential.message);
  const parts = parseApiKey(credential.text);
  const isAdmin = parts !== null && parts.plane === "admin" && deps.adminKeyHash !== undefined;
  if (!isAdmin || !(await verifyApiKey(credential.text, deps.adminKeyHash, deps.readPepper))) {
    throw new FairleadError("invalid_api_key", "The admin API needs an admin key (fla_…).");
  }
}
