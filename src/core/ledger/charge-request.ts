import { matchesModel } from "../policy/find-model.ts";
import type { Priority } from "../policy/compiled.ts";
import type { CompiledLimit } from "../policy/compiled-consumer.ts";
import { storageKey } from "../storage-key.ts";
import type { Account, Charge, FailureMode, Meter } from "./account.ts";
import type { Opening } from "./book.ts";

/** One limit that a request counts against. */
export interface ChargedLimit {
  readonly account: Account;
  readonly failureMode: FailureMode;
  /** For people. */
  readonly label: string;
  readonly refusal: NonNullable<CompiledLimit["refusal"]> | null;
}

/** What a request of one kind counts against. */
export interface ChargePlan {
  readonly limits: readonly ChargedLimit[];
  /** Names the set of accounts. */
  readonly accounts: string;
}

/** What a request is expected to need, and what it has cost in any case, by meter. */
export interface Expected {
  readonly amount: Readonly<Record<Meter, number>>;
  readonly floor: Readonly<Record<Meter, number>>;
}

/** A charge and how it fails. */
export interface LimitCharge extends Charge {
  readonly failureMode: FailureMode;
}

/** A request that wants to begin, under limits. */
export interface LimitOpening extends Opening {
  readonly charges: readonly LimitCharge[];
}

interface Asked {
  readonly tenant: string;
  /** The virtual model. */
  readonly model: string;
  readonly priority: Priority;
}

const plans = new WeakMap<readonly CompiledLimit[], Map<string, ChargePlan>>();
const MOST_PLANS = 1_000;

/** The limits that count a caller's request, made once for each virtual model and priority. */
export function planCharges(limits: readonly CompiledLimit[], { model, priority, tenant }: Asked): ChargePlan {
  const known = plans.get(limits) ?? new Map<string, ChargePlan>();
  plans.set(limits, known);
  const key = `${priority} ${model}`;
  const made = known.get(key);
  if (made !== undefined) return made;
  if (known.size >= MOST_PLANS) known.clear();
  const counting = limits.filter(({ models }) => models.length === 0 || models.some((pattern) => matchesModel(pattern, model)));
  const charged = counting.map(({ batchPercent, failureMode, id, label, limit, meter, refusal = null, window }): ChargedLimit => {
    const share = priority === "batch" ? batchPercent / 100 : 1;
    return {
      account: { key: storageKey(tenant, "ledger", id), meter, limit: Math.floor(limit * share), window },
      failureMode,
      label,
      refusal,
    };
  });
  const plan = { limits: charged, accounts: charged.map(({ account }) => account.key).join(" ") };
  known.set(key, plan);
  return plan;
}

/** What a request counts against that counts against both. */
export function joinPlans(left: ChargePlan, right: ChargePlan): ChargePlan {
  if (right.limits.length === 0) return left;
  if (left.limits.length === 0) return right;
  return { limits: [...left.limits, ...right.limits], accounts: `${left.accounts} ${right.accounts}` };
}

/**
 * What a request takes of each limit. What it is only likely to need is cut at the limit: a guess must not refuse for ever what
 * may well be small.
 */
export function chargesOf({ limits }: ChargePlan, { amount, floor }: Expected): readonly LimitCharge[] {
  return limits.map(({ account, failureMode }) => ({
    account,
    failureMode,
    amount: Math.max(floor[account.meter], Math.min(amount[account.meter], account.limit)),
    floor: floor[account.meter],
  }));
}
