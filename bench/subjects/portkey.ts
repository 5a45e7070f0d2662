import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { findFreePort, waitUntilServing } from "../ports.ts";
import { launch, runToEnd } from "../processes.ts";
import { MissingToolError } from "../tools.ts";
import { benchDirectory, cacheDirectory } from "../workspace.ts";
import type { Subject } from "./subject.ts";

/** The peer in the same language: its stock server on Node, with no policy, limit or budget in force. */
export const portkey: Subject = {
  name: "portkey",
  about: "`@portkey-ai/gateway` 1.15.2 on Node, no policy or limit in force: the peer in the same language",
  start: async ({ upstream }) => {
    const directory = await installPortkey();
    const port = await findFreePort();
    const server = await launch({
      name: "portkey",
      file: process.execPath,
      args: ["node_modules/@portkey-ai/gateway/build/start-server.js", "--headless", `--port=${port}`],
      cwd: directory,
      env: { TRUSTED_CUSTOM_HOSTS: "127.0.0.1", NODE_ENV: "production" },
    });
    await waitUntilServing(`http://127.0.0.1:${port}/`, server);
    return {
      name: "portkey",
      url: `http://127.0.0.1:${port}/v1/chat/completions`,
      headersFor: (upstreamModel) => ({
        authorization: "Bearer bench",
        "x-portkey-provider": upstreamModel === "bench-messages-burst" ? "anthropic" : "openai",
        "x-portkey-custom-host": `${upstream.origin}/v1`,
      }),
      pids: [server.pid],
      modelFor: (upstreamModel) => upstreamModel,
      close: () => server.stop(),
    };
  },
};

/** Installs what the committed lock file pins, once. @throws MissingToolError when the registry cannot be reached */
async function installPortkey(): Promise<string> {
  const directory = cacheDirectory("portkey-1.15.2");
  if (existsSync(join(directory, "installed"))) return directory;
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    copyFileSync(join(benchDirectory, "portkey", file), join(directory, file));
  try {
    await runToEnd({ name: "npm ci", file: "npm", args: ["ci", "--ignore-scripts"], cwd: directory, timeoutSeconds: 180 });
  } catch (cause) {
    throw new MissingToolError(`@portkey-ai/gateway could not be installed: ${String(cause)}`, { cause });
  }
  copyFileSync(join(directory, "package-lock.json"), join(directory, "installed"));
  return directory;
}
