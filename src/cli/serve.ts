import { parseArgs } from "node:util";
import { renderProblem } from "../core/policy/problem.ts";
import { readVariables } from "./dev-vars.ts";
import { discoverModel } from "./discover-model.ts";
import { type CliIo, EXIT } from "./io.ts";
import { loadIdentity } from "./local-identity.ts";
import { STATE_DIRECTORY } from "./local-object-host.ts";
import { PolicyRejected, type RunningRouter, type RunOptions, startRouter } from "./local-router.ts";
import { parsePort } from "./parse-port.ts";
import { suggestions } from "./suggestions.ts";
import { tryParse } from "./try-parse.ts";
import { untilStopped } from "./until-stopped.ts";

export const SERVE_USAGE = `fairlead serve [--port 8787] [--policies DIR] [--objects URL]        default: policies
    URL is what 'fairlead objects' prints; without it the router keeps its objects itself.`;

const OPTIONS = {
  port: { type: "string", default: "8787" },
  policies: { type: "string", default: "policies" },
  objects: { type: "string" },
} as const;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])$/;

/** `fairlead serve`: the router on this machine, until it is stopped. */
export async function runServe(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\n${SERVE_USAGE}`);
    return EXIT.usage;
  }
  const env = { ...(await readVariables(io)), ...(await discoverModel(await readVariables(io), io)) };
  const identity = await loadIdentity(io);
  try {
    const router = await startRouter({ ...parsed.value, env, cwd: io.cwd, identity });
    await introduce(router, io);
    return await untilStopped(router);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    if (error instanceof PolicyRejected) io.err(`Nothing was started. Fix ${parsed.value.policies} and start again.`);
    return EXIT.refused;
  }
}

interface ServeArguments extends Pick<RunOptions, "objectHost" | "stateDirectory"> {
  readonly policies: string;
  readonly port: number;
}

/** @throws Error, worded for the user */
function readArguments(args: readonly string[]): ServeArguments {
  const { objects, policies, port } = parseArgs({ args: [...args], options: OPTIONS }).values;
  const place = objects === undefined ? { stateDirectory: STATE_DIRECTORY } : { objectHost: readObjectHost(objects) };
  return { policies, port: parsePort(port), ...place };
}

/** The host trusts whoever reaches it, so it is not reached over a network. */
function readObjectHost(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === "http:" && LOOPBACK.test(url.hostname)) return url.origin;
  throw new Error("--objects must be the address that 'fairlead objects' prints, such as http://127.0.0.1:8788.");
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
  for (const line of suggestions(await listModels(router), router)) io.out(line);
}

/** What the printed key may ask for. */
async function listModels({ key, url }: RunningRouter): Promise<readonly string[]> {
  const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  const { data = [] } = (await answer.json()) as { data?: { id: string }[] }; // our own answer, a refusal where hosts are named
  return data.map(({ id }) => id);
}
