import { parseArgs } from "node:util";
import { PERCENTAGE_PATTERN, toPercent } from "../core/policy/schema/quantities.ts";
import { renderProblem } from "../core/policy/problem.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE, type AdminClient, createAdminClient } from "./admin-client.ts";
import { compileDirectory } from "./compile-directory.ts";
import { type CliIo, EXIT } from "./io.ts";
import { tryParse } from "./try-parse.ts";

export const ROLLOUT_USAGE = `fairlead rollout start [DIR] --share 10%   publish a policy directory and try it on a share of callers
fairlead rollout share 50%                 change that share
fairlead rollout promote                   serve it to everybody
fairlead rollout rollback                  drop it; without one under way, go back to the generation before
fairlead rollout status
  --digest START   of the policy that \`share\` or \`promote\` is meant for, as status shows it; needed where it takes two
${ADMIN_USAGE}`;

const ACTIONS = ["start", "share", "promote", "rollback", "status"] as const;
const OPTIONS = { ...ADMIN_OPTIONS, share: { type: "string", default: "10%" }, digest: { type: "string" } } as const;

interface RolloutArguments {
  readonly action: (typeof ACTIONS)[number];
  readonly argument: string | undefined;
  readonly share: number;
  /** What the digest begins with. */
  readonly digest: string | undefined;
  readonly admin: { readonly url: string; readonly "admin-key"?: string | undefined };
}

/** Brings a new generation of policies to a running router, a share of its callers at a time. */
export async function runRollout(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${ROLLOUT_USAGE}`);
    return EXIT.usage;
  }
  try {
    const client = await createAdminClient(parsed.value.admin, io);
    return await act(parsed.value, client, io);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

function readArguments(args: readonly string[]): RolloutArguments {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [name, argument, ...rest] = positionals;
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined) throw new Error(`One of ${ACTIONS.join(", ")} is wanted.`);
  const [extra] = action === "start" || action === "share" ? rest : positionals.slice(1);
  if (extra !== undefined) throw new Error(`'rollout ${action}' does not take '${extra}'.`);
  const share = action === "share" ? (argument ?? "") : values.share;
  if (!PERCENTAGE_PATTERN.test(share)) throw new Error(`A share is a percentage such as 10%, not '${share}'.`);
  return { action, argument, share: toPercent(share) / 100, digest: values.digest, admin: values };
}

const PATH = "/admin/api/rollout";

async function act(wanted: RolloutArguments, client: AdminClient, io: CliIo): Promise<number> {
  const { action, argument, share } = wanted;
  if (action === "status") return report(await client.call("GET", PATH), io);
  if (action === "rollback") return report(await client.call("POST", PATH, { action }), io);
  if (action !== "start") {
    const digest = await findDigest(wanted, client);
    return report(await client.call("POST", PATH, { action, ...(action === "share" ? { share } : {}), ...digest }), io);
  }
  const document = await compile(argument ?? "policies", io);
  return document === null ? EXIT.refused : report(await client.call("POST", PATH, { action, share, document }), io);
}

/** The whole digest of what is being tried. @throws Error when that is another */
async function findDigest({ digest: start }: RolloutArguments, client: AdminClient): Promise<{ readonly digest?: string }> {
  if (start === undefined) return {};
  const { canary } = ((await client.call("GET", PATH))["head"] ?? {}) as Head; // our own router's answer
  const digest = canary?.digest ?? "";
  if (start === "" || !digest.startsWith(start)) {
    throw new Error(
      `What is being tried is ${digest === "" ? "nothing" : digest}, not a policy whose digest begins with '${start}'.`,
    );
  }
  return { digest };
}

/** The directory as a document; null when it does not compile, which has been said then. */
async function compile(location: string, io: CliIo): Promise<string | null> {
  const read = await compileDirectory({ location, epoch: 0, generation: 0 }, io);
  if (read.kind === "unreadable") {
    io.err(read.message);
    return null;
  }
  const { result } = read;
  for (const problem of result.kind === "compiled" ? result.warnings : result.problems) io.err(renderProblem(problem));
  if (result.kind === "compiled") return JSON.stringify(result.policy);
  io.err(`${location} does not compile: nothing was published.`);
  return null;
}

interface Generation {
  readonly generation: number;
  readonly digest: string;
}

interface Head {
  readonly stable?: Generation | null;
  readonly canary?: (Generation & { readonly share: number }) | null;
}

/** What is live now, in words. */
function report(answer: Readonly<Record<string, unknown>>, io: CliIo): number {
  const { canary = null, stable = null } = (answer["head"] ?? {}) as Head; // our own router's answer
  io.out(`live      ${stable === null ? "what the router was built with" : nameOf(stable)}`);
  io.out(
    `tried     ${canary === null ? "nothing" : `${nameOf(canary)} by ${Number((canary.share * 100).toFixed(2))}% of callers`}`,
  );
  io.out("Every isolate follows within 10 s.");
  return EXIT.done;
}

function nameOf({ digest, generation }: Generation): string {
  return `generation ${generation} (${digest.slice(0, 8)})`;
}
