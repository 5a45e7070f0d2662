import { parseArgs } from "node:util";
import { KILL_KINDS, type KillKind } from "../core/control/control-state.ts";
import { whyNoKillId } from "../core/control/kill-sets.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";
import { tryParse } from "./try-parse.ts";

export const KILL_USAGE = `fairlead kill target PROVIDER/MODEL          never ask it again
fairlead kill model VIRTUAL-MODEL           refuse requests for it
fairlead kill credential PROVIDER#NAME      never send that credential
fairlead kill caller CONSUMER               refuse that consumer, by whichever key it calls
fairlead kill key KEY-ID                    refuse that key; \`fairlead keys list\` has its id
fairlead kill list
  --lift           switch it on again
  --reason TEXT    kept with it
  --tenant NAME    default: default; the id of a key goes without
${ADMIN_USAGE}`;

const PATH = "/admin/api/kills";
const KEY_ID = /^[0-9A-Za-z]{12}$/;
const SUBJECTS = [...KILL_KINDS, "key"] as const;
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

/** Switches a target, model, credential, caller or key off, everywhere within ten seconds. */
export async function runKill(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${KILL_USAGE}`);
    return EXIT.usage;
  }
  const { admin, body } = parsed.value;
  try {
    const client = await createAdminClient(admin, io);
    const answer = await (body === null ? client.call("GET", PATH) : client.call("POST", PATH, body));
    report(answer, io);
    if (body !== null && answer["isKnown"] === false) io.err(warningOf(body));
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
  const subject = SUBJECTS.find((known) => known === name);
  if (subject === undefined || what === undefined || rest.length > 0) {
    throw new Error(`One of ${SUBJECTS.join(", ")} and what it is called, or list, is wanted.`);
  }
  const named = subject === "key" ? nameKey(what) : nameOwned(subject, what, values.tenant);
  if (values.lift) return { body: { ...named, lift: true }, admin: values };
  const why = whyNoKillId(named.id);
  if (why !== null) throw new Error(why);
  return { body: { ...named, reason: values.reason }, admin: values };
}

interface Named {
  readonly kind: KillKind;
  readonly id: string;
}

/** The id of a key is unique over all tenants. To the router a key is a caller: an id without a tenant. */
function nameKey(id: string): Named {
  if (!KEY_ID.test(id)) throw new Error(`The id of a key is the 12 letters and digits after fl_live_ or fl_test_, not '${id}'.`);
  return { kind: "caller", id };
}

function nameOwned(kind: KillKind, what: string, tenant: string): Named {
  if (kind === "caller" && /[A-Z]/.test(what)) {
    throw new Error(`A consumer's name has no capital letters, as '${what}' has; a key is refused by: fairlead kill key KEY-ID.`);
  }
  return { kind, id: `${tenant}/${what}` };
}

/** It is kept all the same: a policy that has it may come. */
function warningOf({ id, kind }: Readonly<Record<string, unknown>>): string {
  return `Warning: no live policy has the ${String(kind)} ${String(id)}; switched off by this name is nothing. Names are given without their tenant.`;
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
    const subject = kind === "caller" && !id.includes("/") ? "key" : kind;
    io.out(`${subject.padEnd(10)} ${id}  since ${new Date(at).toISOString()}${reason === "" ? "" : `: ${reason}`}`);
  }
  io.out("Every isolate follows within 10 s.");
}
