import { CACHE_EVAL_USAGE, runCacheEval } from "./cache/eval.ts";
import { type CliIo, EXIT } from "./io.ts";

export const CACHE_USAGE = CACHE_EVAL_USAGE;

/** What there is to know about the cache. */
export async function runCache([action, ...args]: readonly string[], io: CliIo): Promise<number> {
  if (action === "eval") return runCacheEval(args, io);
  io.err(`Say eval.\nUsage:\n${CACHE_USAGE}`);
  return EXIT.usage;
}
