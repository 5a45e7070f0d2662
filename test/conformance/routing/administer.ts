import type { RunningRouter } from "../../../src/cli/local-router.ts";
import { runKill } from "../../../src/cli/kill.ts";
import { runRollout } from "../../../src/cli/rollout.ts";

const COMMANDS = { kill: runKill, rollout: runRollout };

/** Runs `fairlead kill` or `fairlead rollout` against a router; resolves with when it was done. @throws Error with what the command said */
export async function administer(
  router: RunningRouter,
  command: keyof typeof COMMANDS,
  args: readonly string[],
): Promise<number> {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const io = { out: say, err: say, env: {}, cwd: process.cwd() };
  const code = await COMMANDS[command]([...args, "--url", router.url, "--admin-key", router.adminKey], io);
  if (code !== 0) throw new Error(`fairlead ${command} ${args.join(" ")} ended with ${code}: ${said.join(" ")}`);
  return Date.now();
}
