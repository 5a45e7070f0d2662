import { type Verification, verifyToken } from "../../core/identity/verify-token.ts";
import type { CompiledTokenRules } from "../../core/policy/compiled-authentication.ts";
import type { Run } from "../deps.ts";
import type { KeySets } from "./key-sets.ts";

export type VerifiedWithKeys =
  | (Extract<Verification, { readonly kind: "verified" }> & {
      /** Epoch milliseconds until which the keys are believed that it was verified with. */
      readonly keysFreshUntil: number;
    })
  | Extract<Verification, { readonly kind: "expired" | "refused" }>
  /** There are no keys to verify with. */
  | { readonly kind: "unavailable"; readonly trouble: string };

/** Verifies a token with its issuer's keys; a key that is not known is looked for once more, where a fetch may begin. */
export async function verifyWithKeys(
  token: string,
  rules: CompiledTokenRules,
  { keySets, run }: { readonly keySets: KeySets; readonly run: Pick<Run, "now" | "sleep" | "defer"> },
): Promise<VerifiedWithKeys> {
  const current = await keySets.current(rules, run);
  if ("trouble" in current) return { kind: "unavailable", trouble: current.trouble };
  const verified = await verifyToken(token, rules, { keys: current.keys, now: run.now() });
  if (verified.kind === "verified") return { ...verified, keysFreshUntil: current.freshUntil };
  if (verified.kind !== "unknown-key") return verified;
  const newer = await keySets.newer(rules, current, run);
  const again = newer === null ? verified : await verifyToken(token, rules, { keys: newer.keys, now: run.now() });
  if (again.kind === "verified" && newer !== null) return { ...again, keysFreshUntil: newer.freshUntil };
  return again.kind === "expired" || again.kind === "refused"
    ? again
    : { kind: "refused", reason: "no key of its issuer has its 'kid'" };
}
