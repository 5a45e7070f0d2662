import { NOTHING_USED } from "../../core/ledger/book.ts";
import { chargesOf, planCharges } from "../../core/ledger/charge-request.ts";
import type { Failure } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { Usage } from "../../core/usage.ts";
import type { Deps, Run } from "../deps.ts";
import { expectUse, floorOf } from "./admit.ts";
import type { DispatchInput } from "./dispatch.ts";
import { LedgerEntry } from "./ledger-entry.ts";

/** What one attempt holds of the limits of the key that it is made with. */
export interface CredentialHold {
  /** The attempt is still under way. */
  renew(): void;
  /** It has ended: a request, and as many tokens as it is known to have used. */
  end(usage: Usage | null): void;
  /** Nothing was sent. */
  release(): void;
}

/** The key is at a limit, which is told as a failure of its target: nothing may be sent with it. */
export interface Withheld {
  readonly kind: "withheld";
  readonly failure: Failure;
}

type Holding = { readonly kind: "free"; readonly hold: CredentialHold } | Withheld;

interface Wanted {
  readonly at: NextAttempt;
  /** How many failures there were before it, those of keys at their limits among them. */
  readonly failed: number;
}

/** When the books cannot be asked, they are asked again soon. */
const UNAVAILABLE_SECONDS = 1;

/**
 * Takes what an attempt is likely to use of its key's limits, over all isolates and callers, before anything is sent: a
 * provider counts what it is sent. The books of a tenant's keys are apart from those of its callers, who are told nothing of
 * them.
 */
export async function holdCredential(
  { at: { credential, target }, failed }: Wanted,
  { asking, policy, settlement }: DispatchInput,
  { deps, run }: { readonly deps: Deps; readonly run: Run },
): Promise<Holding> {
  const { route } = settlement.subject;
  const tenant = `${route.tenant}/keys`;
  const plan = planCharges(credential.limits, { tenant, model: target.model, priority: route.priority });
  const { leaseMs } = policy.gateway.ledger;
  const facts = { at: run.now(), request: run.requestId, credential: credential.id };
  const charges = chargesOf(plan, expectUse({ asking, route }, floorOf({ asking, route }), deps));
  const opening = { id: `${run.requestId}#${settlement.attempts}.${failed}`, charges, leaseMs, facts };
  const { granted, isSerial } = deps.books.open({ tenant, opening, accounts: plan.accounts, isStrict: false }, run);
  const grant = await granted;
  if (grant.kind !== "granted") {
    const seconds = grant.kind === "denied" && grant.waitMs !== null ? grant.waitMs / 1_000 : UNAVAILABLE_SECONDS;
    return { kind: "withheld", failure: atLimit(credential.name, seconds) };
  }
  const entry = new LedgerEntry({ caller: { tenant, isStrict: false }, books: deps.books, run });
  entry.admit(() => ({ isSerial, opening, granted: Promise.resolve(grant) }));
  const hold: CredentialHold = {
    renew: () => entry.renew(() => NOTHING_USED),
    end: (usage) => entry.close({ requests: 1, tokens: tokensOf(usage), microUsd: 0 }, { ...facts, attempts: [] }),
    release: () => entry.release(),
  };
  return { kind: "free", hold };
}

function tokensOf(usage: Usage | null): number {
  return usage === null ? 0 : usage.inputTokens + usage.outputTokens;
}

function atLimit(name: string, retryAfterSeconds: number): Failure {
  const message = `The key '${name}' is at its limit.`;
  return { class: "rate_limited", status: 0, message, param: null, code: null, retryAfterSeconds };
}
