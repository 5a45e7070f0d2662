import { parseRecord } from "../core/json/parse-record.ts";
import { loadIdentity } from "./local-identity.ts";
import type { CliIo } from "./io.ts";

const DEFAULT_URL = "http://127.0.0.1:8787";
const PATIENCE_MS = 30_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export const ADMIN_USAGE = `  --url URL        the router; default ${DEFAULT_URL}
  --admin-key KEY  default: FAIRLEAD_ADMIN_KEY, else the key that \`fairlead serve\` made here`;

/** Options of every command that speaks to a router. */
export const ADMIN_OPTIONS = { url: { type: "string", default: DEFAULT_URL }, "admin-key": { type: "string" } } as const;

/** A router's admin API. */
export interface AdminClient {
  /** The answer's JSON. @throws Error with what the router said, or that it cannot be reached */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  /** The answer as it came. @throws Error likewise */
  text(path: string): Promise<string>;
}

interface AdminArguments {
  readonly url?: string | undefined;
  readonly "admin-key"?: string | undefined;
}

/** @throws Error when the URL is none, or would carry the key over an open network */
export async function createAdminClient(
  { "admin-key": given, url = DEFAULT_URL }: AdminArguments,
  io: CliIo,
): Promise<AdminClient> {
  const base = URL.canParse(url) ? new URL(url) : null;
  if (base === null) throw new Error(`--url must be a URL such as ${DEFAULT_URL}, not '${url}'.`);
  if (base.protocol !== "https:" && !LOOPBACK.test(base.hostname)) {
    throw new Error(`--url must be https: the admin key would cross the network readable on its way to ${base.host}.`);
  }
  const key = given ?? io.env["FAIRLEAD_ADMIN_KEY"] ?? (await loadIdentity(io)).adminKey;
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(new URL(path, base), {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: "error",
    }).catch((cause: unknown) => {
      throw new Error(`No router answers at ${base.origin}. Is it running?`, { cause });
    });
  return {
    call: async (method, path, body) => readAnswer(await send(method, path, body), `${base.origin}${path}`),
    async text(path) {
      const response = await send("GET", path);
      if (response.ok) return response.text();
      await readAnswer(response, `${base.origin}${path}`);
      throw new Error(`${base.origin}${path} answered ${response.status}.`);
    },
  };
}

async function readAnswer(response: Response, address: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  const value = parseRecord(text);
  if (response.ok && value !== null) return value;
  const error = value?.["error"];
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : text.slice(0, 200);
  throw new Error(`${address} answered ${response.status}: ${message}`);
}
