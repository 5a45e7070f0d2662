import { type PhantomSeen, runPhantom } from "../../../test/conformance/identity/phantom.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { agents, budgetUsd, processes, seed, usedAtLeast } = IDENTITY_LIMITS.phantom;

/** Nobody is refused for what others have reserved and will not use. */
export function createPhantomRows(): readonly ProveRow[] {
  return [
    {
      promise: `${agents} agents with max_tokens 128,000 use at least ${usedAtLeast * 100} % of $${budgetUsd} before one is refused, and what is spent beyond it is at most the estimate's error`,
      run: async () => judge(await runPhantom({ agents, budgetUsd, processes, seed })),
    },
  ];
}

function judge({ answers, errorUsd, refusal, totalUsd, usedUsd }: PhantomSeen): Seen {
  const share = usedUsd / budgetUsd;
  return {
    holds: refusal !== "" && share >= usedAtLeast && totalUsd <= budgetUsd + errorUsd,
    figure: `${(share * 100).toFixed(1)} % used in ${answers} answers when the first was refused (${refusal}), $${totalUsd.toFixed(3)} in all; error of the estimate at most $${errorUsd.toFixed(3)}`,
  };
}
