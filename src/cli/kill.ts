import { parseArgs } from "node:util";
import { KILL_KINDS } from "../core/control/control-state.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";
import { tryParse } from "./try-parse.ts";

export const KILL_USAGE = `fairlead kill target PROVIDER/MODEL          never ask it again
fairlead kill model VIRTUAL-MODEL           refuse requests for it
fairlead kill credential PROVIDER#NAME      never send that credential
fairlead kill caller CONSUMER|KEY-ID        refuse that caller
fairlead kill list
  --lift           switch it on again
  --reason TEXT    kept with it
  --tenant NAME    default: default
${ADMIN_USAGE}`;

const PATH = "/admin/api/kills";
const KEY_ID = /^[0-9A-Za-z]{12}$/;
const OPTIONS = {
  ...ADMIN_OPTIONS,
  lift: { type: "boolean", default: false },
  reason: { type: "string", default: "" },
  tenant: { type: "string", default: "default" },
} as const;

type KillCommand = {
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly admin: { readonly url: string; readonly "admin-key"?: string | undefined };
};

/** Switches a target, model, credential or caller off, everywhere within ten seconds. */
export async function runKill(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${KILL_USAGE}`);
    return EXIT.usage;
  }
  const { admin, body } = parsed.value;
  try {
    const client = await createAdminClient(admin, io);
    report(await (body === null ? client.call("GET", PATH) : client.call("POST", PATH, body)), io);
    return EXIT.done;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

function readArguments(args: readonly string[]): KillCommand {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [name, what, ...rest] = positionals;
  if (name === "list" && what === undefined) return { body: null, admin: values };
  const kind = KILL_KINDS.find((known) => known === name);
  if (kind === undefined || what === undefined || rest.length > 0) {
    throw new Error(`One of ${KILL_KINDS.join(", ")} and what it is called, or list, is wanted.`);
  }
  // A key's id stands for itself; everything else is a tenant's.
  const id = kind === "caller" && KEY_ID.test(what) ? what : `${values.tenant}/${what}`;
  return { body: values.lift ? { kind, id, lift: true } : { kind, id, reason: values.reason }, admin: values };
}

interface Listed {
  readonly kind: string;
  readonly id: string;
  readonly reason: string;
  readonly at: number;
}

function report(answer: Readonly<Record<string, unknown>>, io: CliIo): void {
  const kills = (answer["kills"] ?? []) as readonly Listed[]; // our own router's answer
  if (kills.length === 0) io.out("Nothing is switched off.");
  for (const { at, id, kind, reason } of kills) {
    io.out(`${kind.padEnd(10)} ${id}  since ${new Date(at).toISOString()}${reason === "" ? "" : `: ${reason}`}`);
  }
  io.out("Every isolate follows within 10 s.");
}
