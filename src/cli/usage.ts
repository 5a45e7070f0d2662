import { parseArgs } from "node:util";
import * as z from "zod";
import { ADMIN_OPTIONS, ADMIN_USAGE, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";
import { tryParse } from "./try-parse.ts";
import { renderUsage } from "./usage/render-usage.ts";
import { usageGroupSchema } from "./usage/usage-group.ts";

export const USAGE_USAGE = `fairlead usage [--by key,day]   what a tenant's requests used and cost, at a running router
  --by NAMES       up to three of key, consumer, model, provider, target, route, operation, state, day, tag:NAME; default: day
  --from, --to     days, or instants; default: the last 30 days. --to is not included
  --time-zone Z    whose days are meant; default: UTC
  --tenant NAME    default: default
  --format F       table, json or csv; default: table
${ADMIN_USAGE}`;

const FORMATS = ["table", "json", "csv"] as const;
const OPTIONS = {
  ...ADMIN_OPTIONS,
  by: { type: "string", default: "day" },
  from: { type: "string", default: "" },
  to: { type: "string", default: "" },
  "time-zone": { type: "string", default: "UTC" },
  tenant: { type: "string", default: "default" },
  format: { type: "string", default: "table" },
} as const;

const answerSchema = z.object({ groups: z.array(usageGroupSchema) });

/** Prints a report of a tenant's usage. */
export async function runUsage(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${USAGE_USAGE}`);
    return EXIT.usage;
  }
  const { admin, format, query } = parsed.value;
  try {
    const client = await createAdminClient(admin, io);
    const path = `/admin/api/usage?${query.toString()}`;
    if (format === "csv") io.out((await client.text(`${path}&format=csv`)).trimEnd());
    else {
      const answer = await client.call("GET", path);
      io.out(format === "json" ? JSON.stringify(answer, null, 2) : renderUsage(answerSchema.parse(answer).groups));
    }
    return EXIT.done;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

function readArguments(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const format = FORMATS.find((name) => name === values.format);
  if (format === undefined) throw new Error(`--format must be one of ${FORMATS.join(", ")}.`);
  const { by, from, tenant, to } = values;
  const query = new URLSearchParams({ tenant, by, from, to, timeZone: values["time-zone"] });
  return { admin: values, format, query };
}
