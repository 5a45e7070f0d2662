import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ADMIN_OPTIONS, ADMIN_USAGE, createAdminClient } from "../admin-client.ts";
import { renderExplained, renderStats, renderTaken } from "./render-cache.ts";
import { type CliIo, EXIT } from "../io.ts";
import { tryParse } from "../try-parse.ts";

export const CACHE_ROUTER_USAGE = `fairlead cache stats                              what is kept, what was found, what the semantic tier has proved
fairlead cache explain FILE CONSUMER CREDENTIAL  what that request would be given, what was near, and why
  --dialect D      of the request: openai-chat (default), openai-responses, anthropic-messages
  --region CC      a continent, such as EU; default: where the router answers
fairlead cache purge all                          what was asked until now is never given again
fairlead cache purge tag NAME                     of a tag of the policy, or model:NAME, route:ID, target:PROVIDER/MODEL, prompt:VERSION
fairlead cache purge class SCOPE-CLASS            as stats has it
fairlead cache erase CONSUMER CREDENTIAL          all that this credential asked and was answered
  --yes            purge or erase: without it they only say how many answers it is about
  --tenant NAME    default: default
  --json           the same as data
${ADMIN_USAGE}`;

const OPTIONS = {
  ...ADMIN_OPTIONS,
  dialect: { type: "string", default: "openai-chat" },
  region: { type: "string" },
  yes: { type: "boolean", default: false },
  tenant: { type: "string", default: "default" },
  json: { type: "boolean", default: false },
} as const;

/** What the admin API is asked, and what its answer says in words. */
interface Call {
  /** Below `/admin/api/cache`. */
  readonly path: string;
  /** Null: it is a look. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Whose text is sent as `request`. */
  readonly file?: string;
  readonly render: (answer: unknown) => string;
}

/** Looks into a running router's kept answers, explains a look-up, purges or erases. */
export async function runCacheOnRouter(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${CACHE_ROUTER_USAGE}`);
    return EXIT.usage;
  }
  const { call, values } = parsed.value;
  try {
    const client = await createAdminClient(values, io);
    const path = `/admin/api/cache${call.path}?${new URLSearchParams({ tenant: values.tenant }).toString()}`;
    const answer = await (call.body === null ? client.call("GET", path) : client.call("POST", path, await bodyOf(call, io)));
    io.out(values.json ? JSON.stringify(answer, null, 2) : call.render(answer));
    return EXIT.done;
  } catch (error) {
    io.err(error instanceof Error ? error.message : String(error));
    return EXIT.refused;
  }
}

async function bodyOf({ body, file }: Call, { cwd }: CliIo): Promise<object> {
  return file === undefined ? { ...body } : { ...body, request: await readFile(resolve(cwd, file), "utf8") };
}

function readArguments(args: readonly string[]) {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const call = readCall(positionals, values);
  if (call === null) throw new Error("One of stats, explain, purge and erase is wanted, with what it is about.");
  return { call, values };
}

type Values = { readonly dialect: string; readonly region?: string | undefined; readonly yes: boolean };

/** Null where the words mean nothing. */
function readCall([command, ...words]: readonly string[], { dialect, region, yes }: Values): Call | null {
  const [first = "", second = "", third = ""] = words;
  const dryRun = !yes;
  switch (`${command ?? ""} ${words.length}`) {
    case "stats 0":
      return { path: "", body: null, render: renderStats };
    case "explain 3": {
      const body = { consumer: second, credential: third, dialect, ...(region === undefined ? {} : { region }) };
      return { path: "/explain", body, file: first, render: renderExplained };
    }
    case "purge 1":
      return first === "all" ? { path: "/purge", body: { what: first, dryRun }, render: renderTaken } : null;
    case "purge 2":
      return { path: "/purge", body: { what: first, name: second, dryRun }, render: renderTaken };
    case "erase 2":
      return { path: "/erase", body: { consumer: first, credential: second, dryRun }, render: renderTaken };
    default:
      return null;
  }
}
