import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { ADMIN_ROLE_NAMES, type AdminRoleName } from "../core/admin/admin-roles.ts";
import { createApiKey, parseApiKey } from "../core/api-key.ts";
import { hashApiKey } from "../core/hash-api-key.ts";
import { labelSchema } from "../core/policy/schema/values.ts";
import { readVariables } from "./dev-vars.ts";
import { type CliIo, EXIT } from "./io.ts";
import { PEPPER_VARIABLE } from "./local-identity.ts";
import { parseExpiry } from "./parse-expiry.ts";
import { tryParse } from "./try-parse.ts";

export const ADMIN_COMMAND_USAGE = `fairlead admin create-key --name NAME --roles ROLE[,ROLE…] [--tenants NS[,NS…]] [--expires 90d|never|TIME] [--environment live|test]
  prints what goes into LLMGateway spec.admin.keys, and the key; roles: ${ADMIN_ROLE_NAMES.join(", ")}`;

const OPTIONS = {
  name: { type: "string" },
  roles: { type: "string" },
  tenants: { type: "string" },
  expires: { type: "string", default: "90d" },
  environment: { type: "string", default: "live" },
} as const;

interface AdminArguments {
  readonly name: string;
  readonly roles: readonly AdminRoleName[];
  readonly tenants: readonly string[] | null;
  readonly expires: string | null;
  readonly environment: "live" | "test";
}

/** Makes a key of the admin API. Only its hash is for keeping; the entry is reviewed and deployed as policy is. */
export async function runAdmin(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${ADMIN_COMMAND_USAGE}`);
    return EXIT.usage;
  }
  const pepper = (await readVariables(io))[PEPPER_VARIABLE] ?? "";
  if (pepper === "") {
    io.err(
      `${PEPPER_VARIABLE} is not set. Put it into .dev.vars or the environment: the router's own, or the key will not be known.`,
    );
    return EXIT.refused;
  }
  const { environment, expires, name, roles, tenants } = parsed.value;
  const key = createApiKey({ plane: "admin", environment }, (length) => randomBytes(length));
  const entry = {
    name,
    id: parseApiKey(key)?.id ?? "",
    hash: `v1:${await hashApiKey(key, pepper)}`,
    roles,
    ...(tenants === null ? {} : { tenants }),
    ...(expires === null ? {} : { expires }),
  };
  io.err("To LLMGateway spec.admin.keys, in force once that policy is live:");
  io.out(`- ${JSON.stringify(entry)}`);
  io.err("The key itself is shown only now:");
  io.out(key);
  return EXIT.done;
}

function readArguments(args: readonly string[]): AdminArguments {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (positionals.join(" ") !== "create-key") throw new Error("Say create-key.");
  const { environment, expires, name = "", roles = "", tenants } = values;
  if (environment !== "live" && environment !== "test") throw new Error("--environment is live or test.");
  for (const label of [name, ...listOf(tenants ?? "x")]) {
    if (!labelSchema.safeParse(label).success) throw new Error(`'${label}' is no name: use lower-case letters, digits and '-'.`);
  }
  return {
    name,
    roles: listOf(roles).map(readRole),
    tenants: tenants === undefined ? null : listOf(tenants),
    expires: parseExpiry(expires, Date.now()),
    environment,
  };
}

function listOf(text: string): readonly string[] {
  return text.split(",").map((part) => part.trim());
}

function readRole(text: string): AdminRoleName {
  const role = ADMIN_ROLE_NAMES.find((name) => name === text);
  if (role === undefined) throw new Error(`--roles names '${text}'; there are ${ADMIN_ROLE_NAMES.join(", ")}.`);
  return role;
}
