import type { KnownRequests } from "../core/cache/known-requests.ts";
import type { TenantSecrets } from "../core/cache/tenant-secrets.ts";
import type { ExpectedOutput } from "../core/ledger/expected-output.ts";
import type { Caller } from "../core/caller.ts";
import type { ClientCertificate, Identities } from "../core/identity/identities.ts";
import type { Transaction } from "../core/identity/transaction.ts";
import type { VerifiedTokens } from "../core/identity/verified-tokens.ts";
import type { DialectName } from "../core/policy/compiled.ts";
import type { RetryBudget } from "../core/routing/retry-budget.ts";
import type { Slots } from "../core/slots.ts";
import type { WrongKeys } from "../core/wrong-keys.ts";
import type { VerifiedKeys } from "../core/verified-keys.ts";
import type { HedgeBudget } from "../core/routing/hedge-budget.ts";
import type { Alarms } from "../ports/alarms.ts";
import type { Authoriser } from "../ports/authoriser.ts";
import type { ControlPlane } from "../ports/control-plane.ts";
import type { Health } from "../ports/health.ts";
import type { KeyRegistry } from "../ports/key-registry.ts";
import type { KeyRing } from "../ports/key-ring.ts";
import type { PolicySource } from "../ports/policy-source.ts";
import type { Upstream } from "../ports/upstream.ts";
import type { UsageSink } from "../ports/usage-sink.ts";
import type { IsolateAnswers } from "./answers/isolate-answers.ts";
import type { Named } from "./answers/slot.ts";
import type { Control } from "./control.ts";
import type { IsolateIdempotency } from "./isolate-idempotency.ts";
import type { KeySets } from "./identity/key-sets.ts";
import type { IsolateLedger } from "./isolate-ledger.ts";
import type { Watchdog } from "./watchdog.ts";

/** What the pipeline may ask of the world, and the little an isolate remembers between requests. */
export interface Deps {
  readonly policies: PolicySource;
  readonly keys: KeyRing;
  readonly keyRegistry: KeyRegistry;
  /** The pepper of a version (`v1`), or undefined when it is not configured. */
  readonly readPepper: (version: string) => string | undefined;
  readonly verifiedKeys: VerifiedKeys;
  readonly identities: Identities;
  readonly keySets: KeySets;
  readonly verifiedTokens: VerifiedTokens<Caller>;
  /** Guards the registry against who guesses. */
  readonly wrongKeys: WrongKeys;
  readonly verifiedTransactions: VerifiedTokens<Transaction>;
  /** The tenants' books, as this isolate sees them. */
  readonly books: IsolateLedger;
  /** The idempotency keys in use at this isolate. */
  readonly idempotency: IsolateIdempotency;
  /** How long answers are likely to be. */
  readonly expectedOutput: ExpectedOutput;
  /** Stored answers, as this isolate sees them. */
  readonly answers: IsolateAnswers;
  /** What is made of the cache's secret for each tenant. */
  readonly answerSecrets: TenantSecrets;
  /** What requests that came before are called in the cache. */
  readonly knownRequests: KnownRequests<Named | null>;
  readonly health: Health;
  readonly control: Control;
  readonly controlPlane: ControlPlane;
  readonly alarms: Alarms;
  readonly usage: UsageSink;
  readonly upstream: Upstream;
  /** For credentials that are computed for each call. */
  readonly authoriser: Authoriser;
  readonly retryBudget: RetryBudget;
  readonly hedgeBudget: HedgeBudget;
  readonly streams: Slots;
  /** Copies of requests on their way to mirrors. */
  readonly copies: Slots;
}

/** One request's whole non-determinism; replaying a request is passing the same `Run`. */
export interface Run {
  /** Ours, unique: what is booked, logged and cached goes by it. */
  readonly requestId: string;
  /** The caller's own `x-request-id`, only ever echoed; ours where it sent none. */
  readonly callerRequestId: string;
  /** The caller's headers, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The address's path, canonical. */
  readonly path: string;
  /** Where the request came from, as the platform says: two letters each, empty where it does not. */
  readonly origin: { readonly country: string; readonly continent: string };
  /** Of the connection, as the platform verified it; null where there is none. No header says so. */
  readonly clientCertificate: ClientCertificate | null;
  /** The address's query string without `?`; a key may stand in it. */
  readonly query: string;
  /** The dialect errors are told in. */
  readonly dialect: DialectName;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  now(): number;
  /** [0, 1) */
  draw(): number;
  sleep(ms: number): Promise<void>;
  /** Bounds what the request waits for. */
  readonly watchdog: Watchdog;
  /** Fires when the caller leaves, where the platform can tell. */
  readonly signal: AbortSignal;
  /** Keeps the isolate at work on something after the response. */
  defer(work: Promise<unknown>): void;
}
