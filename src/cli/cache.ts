import { CACHE_EVAL_USAGE, runCacheEval } from "./cache/eval.ts";
import { CACHE_ROUTER_USAGE, runCacheOnRouter } from "./cache/on-router.ts";
import type { CliIo } from "./io.ts";

export const CACHE_USAGE = `${CACHE_ROUTER_USAGE}\n${CACHE_EVAL_USAGE}`;

/** What a running router keeps of answers, and what a file's prompts would be given of them. */
export async function runCache(args: readonly string[], io: CliIo): Promise<number> {
  const [action, ...others] = args;
  return action === "eval" ? runCacheEval(others, io) : runCacheOnRouter(args, io);
}
