import { parseArgs } from "node:util";
import * as z from "zod";
import { ADMIN_OPTIONS, ADMIN_USAGE, createAdminClient } from "./admin-client.ts";
import { type CliIo, EXIT } from "./io.ts";
import { recordedUsageSchema, toTraceLine } from "./trace/to-trace-line.ts";
import { tryParse } from "./try-parse.ts";

export const TRACE_USAGE = `fairlead trace export > trace.jsonl   a router's usage log as a trace for \`fairlead simulate\`, oldest first
  --tenant NAME    default: default
  --limit N        newest requests, 1 to 1000; default 1000
${ADMIN_USAGE}`;

const MOST = 1_000;
const OPTIONS = {
  ...ADMIN_OPTIONS,
  tenant: { type: "string", default: "default" },
  limit: { type: "string", default: String(MOST) },
} as const;

const answerSchema = z.object({ events: z.array(recordedUsageSchema) });

/** Prints what a router recorded as JSON Lines. */
export async function runTrace(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${TRACE_USAGE}`);
    return EXIT.usage;
  }
  const { admin, limit, tenant } = parsed.value;
  try {
    const client = await createAdminClient(admin, io);
    const query = new URLSearchParams({ tenant, limit: String(limit) });
    const { events } = answerSchema.parse(await client.call("GET", `/admin/api/requests?${query.toString()}`));
    const lines = events.toReversed().flatMap((event) => toTraceLine(event) ?? []);
    for (const line of lines) io.out(JSON.stringify(line));
    io.err(`${lines.length} requests of tenant ${tenant}.`);
    return EXIT.done;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

function readArguments(args: readonly string[]) {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action, ...rest] = positionals;
  if (action !== "export" || rest.length > 0) throw new Error("trace knows one action: export.");
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new Error(`--limit must be a whole number from 1 to ${MOST}.`);
  return { admin: values, limit, tenant: values.tenant };
}
