import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { MAIN_LIMITS } from "../limits.ts";
import { REPOSITORY } from "../repository.ts";
import type { ProveRow } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { brokenFiles, mutations } = MAIN_LIMITS;
const BROKEN = "test/core/policy/broken";

/** Lines 8 and 9: policies that are wrong, and the README. */
export function createPolicyRows(): readonly ProveRow[] {
  return [
    {
      promise: `${brokenFiles} broken policy files: each error names file, path and remedy (snapshot reviewed by eye)`,
      run: async () => {
        const files = await readdir(join(REPOSITORY, BROKEN));
        const seen = judgeSuite(await runSuite(`${BROKEN}.test.ts`), `${files.length} files, equal to the snapshot`);
        return { ...seen, holds: seen.holds && files.length >= brokenFiles };
      },
    },
    {
      promise: `${mutations.toLocaleString("en-GB")} random mutations of the example set never crash the compiler and never compile to something that routes differently without a reported change`,
      run: async () => {
        const suite = await runSuite("test/core/policy/mutations.test.ts");
        const isFull = suite.passed.some((title) => title.includes(`survives ${mutations} random mutations`));
        const seen = judgeSuite(suite, suite.passed.join(", "));
        return { ...seen, holds: seen.holds && isFull };
      },
    },
    {
      promise: "Every command in the README is executed by a test",
      run: async () => judgeSuite(await runSuite("test/conformance/readme.test.ts")),
    },
  ];
}
