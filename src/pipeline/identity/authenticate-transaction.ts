import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import { readToken } from "../../core/identity/read-token.ts";
import { readTransaction, type Transaction } from "../../core/identity/transaction.ts";
import type { CompiledTransactionTokens, CredentialKind } from "../../core/policy/compiled-authentication.ts";
import { sha256Hex } from "../../core/sha256-hex.ts";
import type { Deps, Run } from "../deps.ts";
import { verifyWithKeys } from "./verify-with-keys.ts";

export type TransactionDeps = Pick<Deps, "identities" | "keySets" | "verifiedTransactions">;
type TransactionRun = Pick<Run, "headers" | "now" | "sleep" | "defer">;

const HEADER = "txn-token";
const LONGEST_TOKEN = 8 * 1024;
const FRESH_MS = 60_000;

/** A caller, and the kinds of credential that showed who it is. */
export interface Authenticated {
  readonly caller: Caller;
  readonly by: readonly CredentialKind[];
}

/**
 * The caller within its transaction, where the gateway reads transaction tokens. A token alone makes nobody a caller.
 * @throws FairleadError `txn_token_required`, `invalid_txn_token`, `jwks_unavailable`
 */
export async function withTransaction(
  { by, caller }: Authenticated,
  deps: TransactionDeps,
  run: TransactionRun,
): Promise<Caller> {
  const policy = deps.identities.transactionTokens;
  if (policy === null) return caller;
  const token = run.headers.get(HEADER) ?? "";
  if (token === "") {
    if (!policy.isRequired) return caller;
    throw new FairleadError("txn_token_required", "This gateway wants a transaction token in the header Txn-Token.");
  }
  if (!by.some((kind) => policy.acceptWith.includes(kind))) {
    throw invalid(`it is accepted only beside ${policy.acceptWith.join(" or ")}`);
  }
  const transaction = await authenticated(token, policy, { deps, run });
  const { limits, tags } = transaction;
  return { ...caller, tags: { ...tags, ...caller.tags }, limits: [...limits, ...caller.limits], transaction };
}

async function authenticated(
  token: string,
  policy: CompiledTransactionTokens,
  { deps, run }: { readonly deps: TransactionDeps; readonly run: TransactionRun },
): Promise<Transaction> {
  const now = run.now();
  const digest = await sha256Hex(token);
  const known = deps.verifiedTransactions.get(digest, now);
  if (known !== null) return known;
  if (token.length > LONGEST_TOKEN) throw invalid(`it is longer than ${LONGEST_TOKEN} characters`);
  // A repeated header arrives joined by a comma, which no token contains.
  const form = readToken(token);
  if (form.kind === "refused") throw invalid(form.reason);
  const verified = await verifyWithKeys(token, policy, { keySets: deps.keySets, run });
  if (verified.kind === "unavailable") {
    throw new FairleadError("jwks_unavailable", `The keys of transaction tokens cannot be had: ${verified.trouble}.`);
  }
  if (verified.kind !== "verified") throw invalid(verified.kind === "expired" ? "it has expired" : verified.reason);
  const read = readTransaction(token, verified.claims, policy);
  if (read.kind === "refused") throw invalid(read.reason);
  deps.verifiedTransactions.put(digest, read.transaction, Math.min(now + FRESH_MS, verified.expiresMs, verified.keysFreshUntil));
  return read.transaction;
}

function invalid(reason: string): FairleadError {
  return new FairleadError("invalid_txn_token", `The transaction token is not valid: ${reason}.`);
}
