import { EXIT } from "./io.ts";
import type { RunningWorkerd } from "./workerd-process.ts";

/** Resolves with the exit code once the process has ended: of itself, by Ctrl-C or by SIGTERM. */
export async function untilStopped(running: RunningWorkerd): Promise<number> {
  const close = (): void => void running.close();
  process.once("SIGINT", close);
  process.once("SIGTERM", close);
  await running.exited;
  await running.close();
  return EXIT.done;
}
