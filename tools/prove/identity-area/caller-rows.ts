import { askWithRandomKids, keyFetches } from "../../../test/conformance/attacks/tokens.ts";
import { startAttackLab } from "../../../test/conformance/attacks/lab.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { randomKids } = IDENTITY_LIMITS;

/** Who calls, and what they may use. */
export function createCallerRows(): readonly ProveRow[] {
  return [
    {
      promise: `${randomKids.count.toLocaleString("en-GB")} tokens with random key ids make the router look for keys at most once in ${randomKids.perSeconds} s`,
      run: fetchKeys,
    },
    {
      promise:
        "The attack rows D01–D28, C11 and E01: tokens, key sets, transactions, certificates and access refuse what they must, and reach no upstream",
      run: async () =>
        judgeSuite(
          await runSuite(
            "test/conformance/attacks.test.ts",
            "test/conformance/attack-table.test.ts",
            "test/conformance/identity/access.test.ts",
            "test/conformance/identity/transactions.test.ts",
            "test/core/access",
            "test/core/identity",
            "test/pipeline/identity",
          ),
        ),
    },
  ];
}

async function fetchKeys(): Promise<Seen> {
  const lab = await startAttackLab();
  try {
    const startedAt = performance.now();
    const { status } = await askWithRandomKids(lab, randomKids.count);
    const seconds = (performance.now() - startedAt) / 1_000;
    const fetches = keyFetches(lab);
    return {
      holds: status === 401 && fetches >= 1 && fetches <= 1 + Math.floor(seconds / randomKids.perSeconds),
      figure: `${fetches} looked for in ${seconds.toFixed(0)} s, every answer ${status}`,
      details: [],
    };
  } finally {
    await lab.close();
  }
}
