import { CATALOGUE } from "../../../src/providers/catalogue.ts";
import { PROTOCOL_LIMITS } from "../limits.ts";
import type { ProveRow } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

/** Line 6, and what the catalogue promises. */
export function createPropertyRows(): readonly ProveRow[] {
  return [
    {
      promise:
        "Per dialect, reader(writer(x)) = x for requests, answers and streams; every recorded case reads as its oracle says",
      run: async () => judgeSuite(await runSuite("test/dialects")),
    },
    {
      promise:
        "On 50,000 random chunkings the parser reads what `eventsource-parser` reads, and the event-stream decoder what Smithy's codec reads",
      run: async () => judgeSuite(await runSuite("test/dialects/sse", "test/dialects/bedrock-converse/frame-decoder.test.ts")),
    },
    {
      promise: "SigV4 signatures equal the AWS SDK's",
      run: async () => judgeSuite(await runSuite("test/adapters/credentials")),
    },
    {
      promise: `Catalogue rows, data only, for at least ${PROTOCOL_LIMITS.providers} providers; prices with source and date, whole micro-USD`,
      run: async () => {
        const providers = Object.keys(CATALOGUE).length;
        const models = Object.values(CATALOGUE).reduce((sum, row) => sum + Object.keys(row.models).length, 0);
        const suite = judgeSuite(await runSuite("test/providers"), `${providers} providers, ${models} priced models`);
        return { ...suite, holds: suite.holds && providers >= PROTOCOL_LIMITS.providers };
      },
    },
  ];
}
