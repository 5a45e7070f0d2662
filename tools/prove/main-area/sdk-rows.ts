import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY } from "../repository.ts";
import type { ProveRow } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const SUITES = "test/conformance/sdk";

/** Line 3: stock clients, unchanged. */
export function createSdkRows(): readonly ProveRow[] {
  return [
    {
      promise:
        "Stock `openai` (npm, latest) runs chat, streaming, tools, structured output, embeddings, models, abort and error cases against the running router unchanged; on every mid-stream fault it raises",
      run: async () => judgeSuite(await runSuite(`${SUITES}/openai-sdk`), await describePackages("openai")),
    },
    {
      promise:
        "The Vercel AI SDK (`ai` with `@ai-sdk/openai-compatible`) runs the same unchanged; on every mid-stream fault it raises or yields its error part",
      run: async () => judgeSuite(await runSuite(`${SUITES}/ai-sdk`), await describePackages("ai", "@ai-sdk/openai-compatible")),
    },
  ];
}

/** Name and installed version of each. */
async function describePackages(...names: readonly string[]): Promise<string> {
  const versions = names.map(async (name) => {
    const { version } = JSON.parse(await readFile(join(REPOSITORY, "node_modules", name, "package.json"), "utf8")) as {
      readonly version: string;
    }; // npm's own format
    return `${name} ${version}`;
  });
  return (await Promise.all(versions)).join(", ");
}
