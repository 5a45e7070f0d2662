import { readVariables } from "./dev-vars.ts";
import { discoverModel } from "./discover-model.ts";
import { type CliIo, EXIT } from "./io.ts";
import { loadIdentity } from "./local-identity.ts";
import { PolicyRejected, type RunningRouter, startRouter } from "./local-router.ts";
import { renderProblem } from "../core/policy/problem.ts";
import { parseArgs } from "node:util";
import { tryParse } from "./try-parse.ts";

export const SERVE_USAGE = "fairlead serve [--port 8787] [--policies DIR]        default: policies";

const DEFAULT_PORT = "8787";
const STATE_DIRECTORY = ".fairlead/objects";

/** `fairlead serve`: the router on this machine, until it is stopped. */
export async function runServe(args: readonly string[], io: CliIo): Promise<number> {
  const options = { port: { type: "string", default: DEFAULT_PORT }, policies: { type: "string", default: "policies" } } as const;
  const parsed = tryParse(() => parseArgs({ args: [...args], options }).values);
  const port = parsed.kind === "parsed" ? Number(parsed.value.port) : Number.NaN;
  if (parsed.kind === "refused" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    io.err(parsed.kind === "refused" ? parsed.message : "--port must be a port number.");
    io.err(SERVE_USAGE);
    return EXIT.usage;
  }
  const env = { ...(await readVariables(io)), ...(await discoverModel(await readVariables(io), io)) };
  const identity = await loadIdentity(io);
  try {
    const router = await startRouter({
      policies: parsed.value.policies,
      port,
      env,
      cwd: io.cwd,
      identity,
      stateDirectory: STATE_DIRECTORY,
    });
    await introduce(router, io);
    return await untilStopped(router);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    if (error instanceof PolicyRejected) io.err(`Nothing was started. Fix ${parsed.value.policies} and start again.`);
    return EXIT.refused;
  }
}

async function introduce(router: RunningRouter, io: CliIo): Promise<void> {
  for (const warning of router.compiled.warnings) io.err(renderProblem(warning));
  const { skipped = [] } = (await (await fetch(`${router.url}/readyz`)).json()) as {
    skipped?: { provider: string; variables: string[] }[];
  }; // our own answer
  io.out(`Fairlead listens on ${router.url}`);
  io.out("");
  io.out(`  OPENAI_BASE_URL=${router.url}/v1`);
  io.out(`  OPENAI_API_KEY=${router.key}`);
  io.out(`  admin key      ${router.adminKey}`);
  io.out("");
  for (const { provider, variables } of skipped)
    io.out(`  ${provider} is skipped until ${variables.join(" or ")} is set (environment or .dev.vars).`);
  if (skipped.length > 0) io.out("");
  io.out("Try it:");
  io.out("");
  io.out(
    `  curl ${router.url}/v1/chat/completions -H 'authorization: Bearer ${router.key}' -H 'content-type: application/json' -d '{"model":"chat","messages":[{"role":"user","content":"Hello!"}]}'`,
  );
  io.out("");
  io.out(`  Add "stream":true for a stream, or ask the model "broken" and see with -i how failover answers. Stop with Ctrl-C.`);
}

async function untilStopped(router: RunningRouter): Promise<number> {
  const close = (): void => void router.close();
  process.once("SIGINT", close);
  process.once("SIGTERM", close);
  await router.exited;
  await router.close();
  return EXIT.done;
}
