import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Claims } from "../../core/identity/claims.ts";
import type { FoundCaller } from "../../core/identity/identities.ts";
import { readToken } from "../../core/identity/read-token.ts";
import { sha256Hex } from "../../core/sha256-hex.ts";
import type { Deps, Run } from "../deps.ts";
import { verifyWithKeys } from "./verify-with-keys.ts";

export type TokenDeps = Pick<Deps, "identities" | "keySets" | "verifiedTokens">;

/** How long a verified token is believed without being verified again. */
const FRESH_MS = 60_000;

/**
 * Whose JSON Web Token this is. Of a token that is not verified yet only `iss` is looked at, to find out who should have
 * signed it. @throws FairleadError `invalid_token`, `expired_token`, `jwks_unavailable`; 403 where it is nobody's here
 */
export async function authenticateToken(
  token: string,
  deps: TokenDeps,
  run: Pick<Run, "now" | "sleep" | "defer">,
): Promise<Caller> {
  const now = run.now();
  const digest = await sha256Hex(token);
  const known = deps.verifiedTokens.get(digest, now);
  if (known !== null) return known;
  const read = readToken(token);
  if (read.kind === "refused") throw invalidToken(read.reason);
  const issuer = deps.identities.issuerOf(read.token.claims["iss"]);
  if (issuer === null) throw invalidToken("its issuer is not one of this gateway's");
  const verified = await verifyWithKeys(token, issuer, { keySets: deps.keySets, run });
  if (verified.kind === "unavailable") {
    const message = `The keys of ${issuer.issuer} cannot be had: ${verified.trouble}. Try again later.`;
    throw new FairleadError("jwks_unavailable", message);
  }
  if (verified.kind === "expired")
    throw new FairleadError("expired_token", "The token has expired. Get a new one from its issuer.");
  if (verified.kind === "refused") throw invalidToken(verified.reason);
  const caller = callerOrRefuse(deps.identities.callerOf(issuer, verified.claims), verified.claims);
  deps.verifiedTokens.put(digest, caller, Math.min(now + FRESH_MS, verified.expiresMs, verified.keysFreshUntil));
  return caller;
}

function callerOrRefuse(found: FoundCaller, claims: Claims): Caller {
  if (found.kind === "found") return found.caller;
  const whose = found.kind === "none" ? "no Consumer's" : "more than one Consumer's";
  throw new FairleadError(
    "unmapped_identity",
    `The token of '${String(claims["sub"])}' is genuine, but ${whose}. Ask your platform team.`,
  );
}

function invalidToken(reason: string): FairleadError {
  return new FairleadError("invalid_token", `The token is not valid: ${reason}.`);
}
