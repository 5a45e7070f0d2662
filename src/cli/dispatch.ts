import { ADMIN_COMMAND_USAGE, runAdmin } from "./admin.ts";
import { AUDIT_USAGE, runAudit } from "./audit.ts";
import { CACHE_USAGE, runCache } from "./cache.ts";
import { COMPILE_USAGE, runCompile } from "./compile.ts";
import { DRILL_USAGE, runDrillCommand } from "./drill.ts";
import { EXPLAIN_USAGE, runExplain } from "./explain.ts";
import { GENERATE_USAGE, runGenerate } from "./generate.ts";
import { type CliIo, EXIT } from "./io.ts";
import { KILL_USAGE, runKill } from "./kill.ts";
import { KEYS_USAGE, runKeys } from "./keys.ts";
import { LEDGER_USAGE, runLedger } from "./ledger.ts";
import { OBJECTS_USAGE, runObjects } from "./objects.ts";
import { REDIS_BRIDGE_USAGE, runRedisBridge } from "./redis-bridge.ts";
import { ROLLOUT_USAGE, runRollout } from "./rollout.ts";
import { runServe, SERVE_USAGE } from "./serve.ts";
import { runSimulate, SIMULATE_USAGE } from "./simulate.ts";
import { runTrace, TRACE_USAGE } from "./trace.ts";
import { runUsage, USAGE_USAGE } from "./usage.ts";
import { runValidate, VALIDATE_USAGE } from "./validate.ts";

type Command = (args: readonly string[], io: CliIo) => Promise<number>;

const COMMANDS: ReadonlyMap<string, { readonly run: Command; readonly usage: string }> = new Map([
  ["serve", { run: runServe, usage: SERVE_USAGE }],
  ["objects", { run: runObjects, usage: OBJECTS_USAGE }],
  ["validate", { run: runValidate, usage: VALIDATE_USAGE }],
  ["compile", { run: runCompile, usage: COMPILE_USAGE }],
  ["explain", { run: runExplain, usage: EXPLAIN_USAGE }],
  ["simulate", { run: runSimulate, usage: SIMULATE_USAGE }],
  ["drill", { run: runDrillCommand, usage: DRILL_USAGE }],
  ["trace", { run: runTrace, usage: TRACE_USAGE }],
  ["generate", { run: runGenerate, usage: GENERATE_USAGE }],
  ["keys", { run: runKeys, usage: KEYS_USAGE }],
  ["admin", { run: runAdmin, usage: ADMIN_COMMAND_USAGE }],
  ["audit", { run: runAudit, usage: AUDIT_USAGE }],
  ["usage", { run: runUsage, usage: USAGE_USAGE }],
  ["ledger", { run: runLedger, usage: LEDGER_USAGE }],
  ["cache", { run: runCache, usage: CACHE_USAGE }],
  ["rollout", { run: runRollout, usage: ROLLOUT_USAGE }],
  ["redis-bridge", { run: runRedisBridge, usage: REDIS_BRIDGE_USAGE }],
  ["kill", { run: runKill, usage: KILL_USAGE }],
]);

const HELP: ReadonlySet<string> = new Set(["--help", "-h"]);

/** Runs the command that a command line names, or prints what there is to say of it; its exit code. */
export async function dispatch([name = "help", ...args]: readonly string[], io: CliIo): Promise<number> {
  const command = COMMANDS.get(name);
  if (command !== undefined) {
    if (!args.some((arg) => HELP.has(arg))) return await command.run(args, io);
    io.out(command.usage);
    return EXIT.done;
  }
  const isHelp = name === "help" || HELP.has(name);
  if (!isHelp) io.err(`There is no command '${name}'.`);
  for (const { usage } of COMMANDS.values()) io.out(usage);
  return isHelp ? EXIT.done : EXIT.usage;
}
