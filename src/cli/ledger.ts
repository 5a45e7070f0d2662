import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { ADMIN_OPTIONS, ADMIN_USAGE, type AdminClient, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";
import { exportBooks, importBooks } from "./ledger/move-books.ts";
import { tryParse } from "./try-parse.ts";
import { readProviderTotals } from "./usage/read-provider-totals.ts";
import { describeExpired, isNothing, reconcile, renderReconciled } from "./usage/reconcile.ts";
import { type PrintedGroup, usageGroupSchema } from "./usage/usage-group.ts";

export const LEDGER_USAGE = `fairlead ledger export FILE     a tenant's books as they stand: accounts, requests under way, rows; JSON Lines
fairlead ledger import FILE     puts them back; refused where the tenant's books are not empty
  --replace        lets go of what is there
  --tenant NAME    whose books are exported; default: default
fairlead ledger reconcile --provider NAME --provider-totals FILE
                   a provider's totals by day and model (CSV or JSON) against our rows; exit code 1 where they differ
  --tenant A,B     whose rows; default: default
  --from, --to     days; default: those of the file. --to is not included
  --time-zone Z    whose days the provider means; default: UTC
${ADMIN_USAGE}`;

const OPTIONS = {
  ...ADMIN_OPTIONS,
  tenant: { type: "string", default: "default" },
  replace: { type: "boolean", default: false },
  provider: { type: "string" },
  "provider-totals": { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "time-zone": { type: "string", default: "UTC" },
} as const;

type Arguments = ReturnType<typeof readArguments>;
type Action = (client: AdminClient, parsed: Arguments, io: CliIo) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  async export(client, { file, values }, io) {
    const records = await exportBooks(client, values.tenant, resolve(io.cwd, file));
    io.err(`${records} records of tenant ${values.tenant} in ${file}.`);
    return EXIT.done;
  },
  async import(client, { file, values }, io) {
    const { at, records, tenant } = await importBooks(client, resolve(io.cwd, file), values.replace);
    io.err(`The books of tenant ${tenant} are as they were at ${new Date(at).toISOString()}: ${records} records.`);
    return EXIT.done;
  },
  async reconcile(client, { file, values }, io) {
    const totals = readProviderTotals(await readFile(resolve(io.cwd, file), "utf8"));
    const days = totals.map(({ day }) => day).toSorted();
    const period = { from: values.from ?? days[0] ?? "", to: values.to ?? dayAfter(days.at(-1) ?? "") };
    const groups = await readGroups(client, { ...values, ...period });
    const reconciled = reconcile(values.provider ?? "", totals, groups);
    io.out(renderReconciled(reconciled));
    const expired = describeExpired(groups);
    if (expired !== null) io.out(expired);
    return reconciled.every(({ difference }) => isNothing(difference)) ? EXIT.done : EXIT.refused;
  },
};

/** Saves and restores books, and compares them with what a provider counted. */
export async function runLedger(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${LEDGER_USAGE}`);
    return EXIT.usage;
  }
  try {
    return await parsed.value.act(await createAdminClient(parsed.value.values, io), parsed.value, io);
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

function readArguments(args: readonly string[]) {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [name = "", path, ...rest] = positionals;
  const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (act === undefined) throw new Error("ledger knows export, import and reconcile.");
  const file = name === "reconcile" ? values["provider-totals"] : path;
  if (file === undefined || rest.length > 0) throw new Error(`ledger ${name} needs one file.`);
  if (name === "reconcile" && values.provider === undefined)
    throw new Error("ledger reconcile needs --provider, the name of the LLMProvider.");
  return { act, file, values };
}

interface Period {
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
  readonly "time-zone": string;
}

const answerSchema = z.object({ groups: z.array(usageGroupSchema) });

async function readGroups(client: AdminClient, { from, tenant, to, ...zone }: Period): Promise<readonly PrintedGroup[]> {
  const answers = await Promise.all(
    tenant.split(",").map((name) => {
      const query = new URLSearchParams({ tenant: name, by: "day,target", from, to, timeZone: zone["time-zone"] });
      return client.call("GET", `/admin/api/usage?${query.toString()}`);
    }),
  );
  return answers.flatMap((answer) => answerSchema.parse(answer).groups);
}

function dayAfter(day: string): string {
  return day === "" ? "" : new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, day.length);
}
