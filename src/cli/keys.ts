import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createApiKey, parseApiKey } from "../core/api-key.ts";
import { hashApiKey } from "../core/hash-api-key.ts";
import { nearestName } from "../core/policy/nearest-name.ts";
import { DURATION_PATTERN, toMilliseconds } from "../core/policy/schema/quantities.ts";
import { labelSchema } from "../core/policy/schema/values.ts";
import { readVariables } from "./dev-vars.ts";
import { type ConsumerDocument, findConsumers, keyNodes, withEnd, withKey, withRevocation } from "./edit-keys.ts";
import { type CliIo, EXIT } from "./io.ts";
import { type KeysOnRouter, runKeysOnRouter } from "./keys-on-router.ts";
import { loadPolicyFiles } from "./load-files.ts";
import { parseExpiry } from "./parse-expiry.ts";
import { replaceFile } from "./replace-file.ts";
import { tryParse } from "./try-parse.ts";

export const KEYS_USAGE = `fairlead keys create --consumer NAME [--namespace NS] [--name NAME] [--expires 90d|never|TIME] [--environment live|test] [--dir policies]
fairlead keys list [--dir policies]
fairlead keys rotate ID [--overlap 24h] [--expires 90d|never|TIME] [--environment live|test] [--dir policies]
fairlead keys revoke ID [--dir policies]
  --url URL        not in the policy files, but at this router while it runs; list takes --consumer then
  --admin-key KEY  default: FAIRLEAD_ADMIN_KEY, else the key that \`fairlead serve\` made here`;

const PEPPER = "FAIRLEAD_PEPPER_V1";
const OPTIONS = {
  consumer: { type: "string" },
  namespace: { type: "string", default: "default" },
  name: { type: "string" },
  expires: { type: "string", default: "365d" },
  environment: { type: "string", default: "live" },
  dir: { type: "string", default: "policies" },
  overlap: { type: "string", default: "24h" },
  url: { type: "string" },
  "admin-key": { type: "string" },
} as const;
const LONGEST_OVERLAP_MS = 7 * 86_400_000;

interface KeysArguments {
  readonly action: "create" | "list" | "rotate" | "revoke";
  readonly id: string;
  readonly consumer: string;
  readonly namespace: string;
  readonly name: string | null;
  readonly expires: string | null;
  readonly environment: "live" | "test";
  readonly dir: string;
  /** How long a key that is rotated stays valid. */
  readonly overlapMs: number;
  /** Null: the policy files are meant. */
  readonly admin: KeysOnRouter["admin"] | null;
}

/** Makes, lists, rotates and revokes API keys: by editing the Consumer's YAML in place, or at a running router. */
export async function runKeys(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${KEYS_USAGE}`);
    return EXIT.usage;
  }
  const { admin, namespace: tenant } = parsed.value;
  if (admin !== null) return runKeysOnRouter({ ...parsed.value, tenant, admin }, io);
  const files = await loadPolicyFiles(parsed.value.dir, io.cwd).catch((error: unknown) => String(error));
  if (typeof files === "string") return refuse(io, `Cannot read ${parsed.value.dir}: ${files}`);
  const consumers = findConsumers(files);
  if (parsed.value.action === "create") return createKey(parsed.value, consumers, io);
  if (parsed.value.action === "rotate") return rotateKey(parsed.value, consumers, io);
  if (parsed.value.action === "revoke") return revokeKey(parsed.value.id, consumers, io);
  for (const consumer of consumers) {
    for (const key of keyNodes(consumer)) io.out(describeKey(consumer, (field) => key.get(field)));
  }
  return EXIT.done;
}

function readArguments(args: readonly string[]): KeysArguments {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const { action, id } = readAction(positionals);
  const { consumer = "", namespace, environment, dir, name = null } = values;
  if (action === "create" && consumer === "") throw new Error("Name the consumer with --consumer.");
  if (environment !== "live" && environment !== "test") throw new Error("--environment is live or test.");
  const overlapMs = DURATION_PATTERN.test(values.overlap) ? toMilliseconds(values.overlap) : Number.NaN;
  if (!(overlapMs <= LONGEST_OVERLAP_MS)) throw new Error("--overlap is a duration of at most 168h, such as 24h or 0s.");
  const { url } = values;
  const admin = url === undefined ? null : { url, "admin-key": values["admin-key"] };
  const expires = parseExpiry(values.expires, Date.now());
  return { action, id, consumer, namespace, name, expires, environment, dir, overlapMs, admin };
}

function readAction([action, id = "", ...surplus]: readonly string[]): Pick<KeysArguments, "action" | "id"> {
  if (action !== "create" && action !== "list" && action !== "rotate" && action !== "revoke")
    throw new Error("Say create, list, rotate or revoke.");
  const takesId = action === "rotate" || action === "revoke";
  if (surplus.length > 0 || takesId !== (id !== ""))
    throw new Error("rotate and revoke take the id of a key, create and list take none.");
  return { action, id };
}

async function createKey(wanted: KeysArguments, consumers: readonly ConsumerDocument[], io: CliIo): Promise<number> {
  const consumer = consumers.find(({ name, namespace }) => name === wanted.consumer && namespace === wanted.namespace);
  if (consumer === undefined) return refuse(io, missingConsumer(wanted, consumers));
  return addKey(wanted, consumer, io);
}

/** Adds a new key beside the old one, which expires after the overlap, never later than it would have. */
async function rotateKey(wanted: KeysArguments, consumers: readonly ConsumerDocument[], io: CliIo): Promise<number> {
  for (const consumer of consumers) {
    const old = keyNodes(consumer).find((node) => node.get("id") === wanted.id);
    if (old === undefined) continue;
    if (old.get("revoked") === true) return refuse(io, `Key ${wanted.id} was revoked: create a new one.`);
    const ends = withEnd(old, Date.now() + wanted.overlapMs);
    const code = await addKey(wanted, consumer, io);
    if (code === EXIT.done) io.err(`Key ${wanted.id} is valid until ${ends}, once the policy is deployed.`);
    return code;
  }
  return refuse(io, missingKey(wanted.id));
}

async function addKey(wanted: KeysArguments, consumer: ConsumerDocument, io: CliIo): Promise<number> {
  const pepper = (await readVariables(io))[PEPPER] ?? "";
  if (pepper === "") {
    const example = `echo "${PEPPER}=$(openssl rand -hex 32)" >> .dev.vars`;
    return refuse(io, `${PEPPER} is not set. Put it into .dev.vars or the environment, for example: ${example}`);
  }
  const taken = new Set(keyNodes(consumer).map((key) => String(key.get("name"))));
  const name = wanted.name ?? freeName(taken);
  if (taken.has(name)) return refuse(io, `Consumer "${consumer.name}" has a key named "${name}" already.`);
  if (!labelSchema.safeParse(name).success) return refuse(io, `"${name}" is no name: use lower-case letters, digits and "-".`);
  const apiKey = createApiKey({ plane: "data", environment: wanted.environment }, (length) => randomBytes(length));
  const id = parseApiKey(apiKey)?.id ?? "";
  const hash = `v1:${await hashApiKey(apiKey, pepper)}`;
  const { expires } = wanted;
  const text = withKey(consumer, { name, id, hash, ...(expires === null ? {} : { expires }) });
  await replaceFile(resolve(io.cwd, consumer.file.path), text);
  const validity = expires === null ? "without expiry" : `valid until ${expires}`;
  io.err(`Key "${name}" (${id}) of ${consumer.namespace}/${consumer.name}, ${validity}. Its hash is in ${consumer.file.path}.`);
  io.err("The key itself is shown only now:");
  io.out(apiKey);
  return EXIT.done;
}

function missingConsumer(wanted: KeysArguments, consumers: readonly ConsumerDocument[]): string {
  const names = consumers.filter(({ namespace }) => namespace === wanted.namespace).map(({ name }) => name);
  const suggestion = nearestName(wanted.consumer, names);
  const hint = suggestion === null ? `There are: ${names.join(", ") || "none"}.` : `Did you mean "${suggestion}"?`;
  return `No Consumer "${wanted.consumer}" in namespace "${wanted.namespace}". ${hint}`;
}

async function revokeKey(id: string, consumers: readonly ConsumerDocument[], io: CliIo): Promise<number> {
  for (const consumer of consumers) {
    const key = keyNodes(consumer).find((node) => node.get("id") === id);
    if (key === undefined) continue;
    await replaceFile(resolve(io.cwd, consumer.file.path), withRevocation(consumer, key));
    io.out(`Revoked ${describeKey(consumer, (field) => key.get(field))}. It is refused once the policy is deployed.`);
    return EXIT.done;
  }
  return refuse(io, missingKey(id));
}

function missingKey(id: string): string {
  return `No key has the id "${id}"; \`fairlead keys list\` shows them.`;
}

function describeKey({ namespace, name }: ConsumerDocument, field: (name: string) => unknown): string {
  const expires = field("expires");
  const expiresMs = typeof expires === "string" ? Date.parse(expires) : Number.POSITIVE_INFINITY;
  const notBefore = field("notBefore");
  const states: readonly (readonly [boolean, string])[] = [
    [field("revoked") === true, "revoked"],
    [expiresMs <= Date.now(), "expired"],
    [typeof notBefore === "string" && Date.parse(notBefore) > Date.now(), "not yet valid"],
  ];
  const state = states.find(([holds]) => holds)?.[1] ?? "active";
  return [
    String(field("id")),
    `${namespace}/${name}`,
    String(field("name")),
    state,
    typeof expires === "string" ? expires : "never",
  ].join("  ");
}

function freeName(taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`key-${number}`)) number += 1;
  return `key-${number}`;
}

function refuse(io: CliIo, message: string): number {
  io.err(message);
  return EXIT.refused;
}
