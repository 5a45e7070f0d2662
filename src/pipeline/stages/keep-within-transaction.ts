import { accessOf, type Judged, type TargetAccess } from "../../core/access/access.ts";
import { FairleadError } from "../../core/errors.ts";
import { type Transaction, whyBeyond } from "../../core/identity/transaction.ts";
import type { Feature } from "../../core/policy/schema/access.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { toolNames } from "../../dialects/canonical/request-features.ts";
import type { Asking } from "../asking.ts";

interface Asked {
  readonly asking: Asking;
  readonly facts: RouteFacts;
  readonly readFeatures: () => ReadonlySet<Feature>;
  /** Which targets the caller may use anyhow; null: all. */
  readonly targets: TargetAccess | null;
}

/**
 * The targets that a request may be sent to within its transaction; null: all.
 * @throws FairleadError `insufficient_scope`, `exceeds_transaction`
 */
export function keepWithinTransaction({ access, ...transaction }: Transaction, asked: Asked): TargetAccess | null {
  const { asking, facts, readFeatures } = asked;
  const { caller, model, now, operation } = facts;
  let { targets } = asked;
  for (const each of access) {
    const judging = accessOf({ access: each, roles: [], tags: caller.tags }, { roles: new Map(), now });
    const judged: Judged = judging.judge({ model, readFeatures });
    if (judged.kind !== "allowed") {
      const message = `The transaction (scope '${transaction.scopes.join(" ")}') does not cover this request to '${model}'.`;
      throw new FairleadError("insufficient_scope", message);
    }
    targets = both(targets, judged.targets);
  }
  if (operation !== "chat") return targets;
  // What nobody here knows might be a tool.
  const isKnown = asking.reading.kind === "read" && !asking.uses.includes("unknown");
  const tools = isKnown ? toolNames(asking.reading.chat) : null;
  const beyond = whyBeyond(transaction, { maxTokens: facts.features.maxTokens, tools });
  if (beyond !== null) throw new FairleadError("exceeds_transaction", `The request exceeds its transaction: ${beyond}.`);
  return targets;
}

function both(left: TargetAccess | null, right: TargetAccess | null): TargetAccess | null {
  if (left === null || right === null) return left ?? right;
  return {
    mayAsk: (target) => left.mayAsk(target) && right.mayAsk(target),
    partition: `${left.partition} ${right.partition}`,
  };
}
