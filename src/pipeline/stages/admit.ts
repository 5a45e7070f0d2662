import type { Caller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Meter } from "../../core/ledger/account.ts";
import {
  chargesOf,
  type ChargePlan,
  type Expected,
  joinPlans,
  type LimitOpening,
  planCharges,
} from "../../core/ledger/charge-request.ts";
import { limitHeaders } from "../../core/ledger/limit-headers.ts";
import { UNDER_WAY_MS } from "../../core/ledger/tally.ts";
import type { CompiledLimit } from "../../core/policy/compiled-consumer.ts";
import type { LinkedPolicy, LinkedRoute } from "../../core/policy/linked.ts";
import { costMicroUsd, estimateUsage, type Usage } from "../../core/usage.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import type { Grant, Granted } from "../isolate-ledger.ts";

interface AdmitInput {
  readonly caller: Caller;
  readonly asking: Asking;
  readonly route: LinkedRoute;
  readonly policy: LinkedPolicy;
  /** Of the model, over all callers. */
  readonly limits: readonly CompiledLimit[];
}

/** A request before the books. */
export interface Admission {
  /** Nothing may be sent before it is granted. */
  readonly isSerial: boolean;
  readonly opening: LimitOpening & { readonly facts: object };
  /** Rejects with what the caller is told. */
  readonly granted: Promise<Granted>;
}

type Amounts = Readonly<Record<Meter, number>>;

/** When the books could not be asked, they are asked again soon. */
const UNAVAILABLE_SECONDS = 1;

/**
 * Stage: reserves in the caller's books what the request is likely to use. It runs beside what follows; nothing is given to
 * the caller, and where little is left nothing is sent, before it is granted. What grants rejects with FairleadError
 * `rate_limit_exceeded`, `insufficient_quota`, `exceeds_limit` or `limiter_unavailable`.
 */
export function admit(input: AdmitInput, deps: Pick<Deps, "books" | "expectedOutput">, run: Run): Admission {
  const { asking, caller, policy, route } = input;
  const { model } = asking.decoded;
  const { isStrict, limits, tenant } = caller;
  const asked = { tenant, model, priority: route.priority };
  const plan = joinPlans(planCharges(limits, asked), planCharges(input.limits, asked));
  const floor = floorOf(input);
  const charges = plan.limits.length === 0 ? [] : chargesOf(plan, expectUse(input, floor, deps));
  const { leaseMs } = policy.gateway.ledger;
  const opening = { id: run.requestId, charges, leaseMs, facts: factsOf(input, floor, run) };
  const { granted, isSerial } = deps.books.open({ tenant, opening, accounts: plan.accounts, isStrict }, run);
  return { isSerial, opening, granted: granted.then((grant) => orRefuse(grant, plan)) };
}

type Sent = Pick<AdmitInput, "asking" | "route">;

/** What it has used in any case once it was sent. */
export function floorOf({ asking, route }: Sent): Amounts {
  return { ...amountsOf(estimateUsage(asking.decoded.text.length, 0), route), concurrency: 0 };
}

/** What it will use if it goes as such requests went. */
export function expectUse({ asking, route }: Sent, floor: Amounts, { expectedOutput }: Pick<Deps, "expectedOutput">): Expected {
  const { decoded, surface } = asking;
  const input = estimateUsage(decoded.text.length, 0);
  const answers = decoded.operation === "chat" ? decoded.choices : 0;
  const outputTokens = answers === 0 ? 0 : answers * expectedOutput.expect(decoded.model, surface.maxOutputTokens(decoded));
  return { amount: amountsOf({ ...input, outputTokens }, route), floor };
}

/** Money by the dearest of the route's own targets. */
function amountsOf(usage: Usage, route: LinkedRoute): Amounts {
  let microUsd = 0;
  for (const { price } of route.targets) if (price !== null) microUsd = Math.max(microUsd, costMicroUsd(usage, price));
  return { requests: 1, concurrency: 1, tokens: usage.inputTokens + usage.outputTokens, microUsd };
}

/** What is known of a request when it begins, for its row where nothing more is ever heard. */
function factsOf({ asking, caller, route }: AdmitInput, { microUsd, tokens }: Amounts, run: Run): object {
  const { model, operation, stream } = asking.decoded;
  const { consumer, keyId, tags } = caller;
  const isPriced = route.targets.some(({ price }) => price !== null);
  const floor = { inputTokens: tokens, costMicroUsd: isPriced ? microUsd : null };
  return { at: run.startedAt, consumer, keyId, tags, operation, model, stream, route: route.id, floor };
}

/** The books could not be asked. */
export const DEGRADED = { "x-fairlead-degraded": "limiter" };

function orRefuse(grant: Grant, { limits }: ChargePlan): Granted {
  if (grant.kind === "granted") return grant;
  if (grant.kind === "unavailable") {
    throw new FairleadError("limiter_unavailable", "The ledger of your limits cannot be reached. Retry in a second.", {
      headers: DEGRADED,
      retryAfterSeconds: UNAVAILABLE_SECONDS,
    });
  }
  throw denial(
    grant,
    limits.find(({ account }) => account.key === grant.key),
  );
}

function denial(grant: Extract<Grant, { kind: "denied" }>, limit: ChargePlan["limits"][number] | undefined): FairleadError {
  const label = limit?.label ?? "a limit";
  const headers = { ...Object.fromEntries(limitHeaders(grant.standings)), ...(grant.isDegraded ? DEGRADED : {}) };
  if (limit !== undefined && limit.refusal !== null) {
    return new FairleadError(limit.refusal, `There were as many as there may be: ${label}.`, { headers });
  }
  const waitMs = grant.waitMs ?? (grant.isDegraded ? UNAVAILABLE_SECONDS * 1_000 : null);
  if (waitMs === null) {
    const message = `The request is larger than a limit allows at all: ${label}.`;
    return new FairleadError("exceeds_limit", message, { headers });
  }
  const retryAfterSeconds = waitMs / 1_000;
  const retry = `Retry in ${Math.ceil(retryAfterSeconds)} s.`;
  if (limit?.account.window.kind !== "calendar")
    return new FairleadError("rate_limit_exceeded", `A limit is reached: ${label}. ${retry}`, { headers, retryAfterSeconds });
  if (waitMs <= UNDER_WAY_MS) {
    const message = `Requests under way hold the rest of the budget: ${label}. ${retry}`;
    return new FairleadError("rate_limit_exceeded", message, { headers, retryAfterSeconds });
  }
  const message = `The budget is spent: ${label}. ${retry}`;
  return new FairleadError("insufficient_quota", message, { headers, retryAfterSeconds, attemptsSpent: true });
}
