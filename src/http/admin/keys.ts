import { type KeyEnvironment, parseApiKey } from "../../core/api-key.ts";
import { FairleadError } from "../../core/errors.ts";
import { hashApiKey } from "../../core/hash-api-key.ts";
import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import { nearestName } from "../../core/policy/nearest-name.ts";
import { toEpochMs } from "../../core/policy/schema/timestamp.ts";
import type { KeyChange, KeyChanged, NewKey, PolicyKey, RegisteredKey } from "../../core/registry/registered-key.ts";
import type { AdminCall } from "./admin-deps.ts";
import { describeKey, type ShownKey, toText } from "./describe-key.ts";

type KeyDeps = Pick<AdminCall["deps"], "consumers" | "identities" | "keyRegistry" | "keys" | "newApiKey" | "readPepper">;
type Accepted = Extract<KeyChanged, { readonly kind: "changed" }>;

/** What a successor takes over of a key. */
interface Standing extends Pick<NewKey, "consumer" | "name"> {
  /** Null: it was made while the router runs. */
  readonly inPolicy: PolicyKey | null;
}

/** A key that is shown now and never again. */
interface MadeKey {
  readonly apiKey: string;
  readonly record: NewKey;
}

/** Of the pepper under which new keys are hashed. */
const PEPPER_VERSION = "v1";
const NEVER = "never";
const DEFAULT_LIFE_MS = 365 * 86_400_000;

/** A page in the order of ids, of the policy's keys and the registry's alike; `next` is the next page's `after`. */
export async function listKeys({ deps, query, run }: AdminCall<"listKeys">): Promise<Response> {
  const { after, limit, tenant } = query;
  const consumer = query.consumer ?? null;
  const registered = await asked(deps.keyRegistry.page({ tenant, consumer, after, limit }));
  const keys = [...policyKeys(query, deps), ...registered.map(toShown)]
    .toSorted((left, right) => (left.id < right.id ? -1 : 1))
    .slice(0, limit)
    .map((key) => describeKey(key, run.startedAt));
  return Response.json({ keys, next: keys.length < limit ? null : (keys.at(-1)?.["id"] ?? null) });
}

function toShown(key: RegisteredKey): ShownKey {
  return { ...key, source: "registry", revoked: key.revokedMs !== null };
}

/** As they hold by now, whatever the policy says. */
function policyKeys(
  { after, consumer, tenant }: AdminCall<"listKeys">["query"],
  { consumers, keys }: KeyDeps,
): readonly ShownKey[] {
  const mine = consumers.filter((own) => own.tenant === tenant && (consumer === undefined || own.name === consumer));
  return mine.flatMap(({ keys: written, name: owner }) =>
    written.flatMap(({ id }) => {
      const key = id > after ? keys.known(id)?.key : undefined;
      if (key === undefined) return [];
      const { expiresMs, name, notBeforeMs, revoked } = key;
      const known = { id, tenant, consumer: owner, name, notBeforeMs, expiresMs, revoked };
      return [{ ...known, source: "policy" as const, createdMs: null, revokedMs: null, replaces: null }];
    }),
  );
}

export async function createKey({ body, changed, deps, query, run }: AdminCall<"createKey">): Promise<Response> {
  const { consumer, environment, expires, name } = body;
  const { tenant } = query;
  if (findConsumer(tenant, consumer, deps) === null) throw withoutConsumer(consumer, tenant, deps);
  const notBeforeMs = body.notBefore === undefined ? null : readTime("notBefore", body.notBefore);
  const expiresMs = readExpiry(expires, run.startedAt);
  if (expiresMs !== null && expiresMs <= Math.max(run.startedAt, notBeforeMs ?? 0))
    throw invalid("expires", "'expires' must be a time to come, and after 'notBefore'.");
  const made = await makeKey({ tenant, consumer, name, notBeforeMs, expiresMs, replaces: null }, environment, deps);
  await change({ action: "create", key: made.record }, deps);
  changed(null, made.record);
  return show(made, {});
}

/** A successor of the same consumer and name; the old key stays valid beside it for so long, or until it expires. */
export async function rotateKey({ body, changed, deps, params, query, run }: AdminCall<"rotateKey">): Promise<Response> {
  const { environment, expires, overlapSeconds } = body;
  const { tenant } = query;
  const { id } = params;
  const { consumer, inPolicy, name } = await findKey(id, tenant, deps);
  if (findConsumer(tenant, consumer, deps) === null) throw withoutConsumer(consumer, tenant, deps);
  const expiresMs = readExpiry(expires, run.startedAt);
  const made = await makeKey({ tenant, consumer, name, notBeforeMs: null, expiresMs, replaces: id }, environment, deps);
  const overlapMs = overlapSeconds * 1_000;
  const { endsMs, isTold } = await change({ action: "rotate", tenant, id, inPolicy, overlapMs, successor: made.record }, deps);
  changed(null, made.record);
  return show(made, { oldKeyEnds: toText(endsMs), isTold });
}

export async function revokeKey({ changed, deps, params, query }: AdminCall<"revokeKey">): Promise<Response> {
  const { id } = params;
  const { tenant } = query;
  const { inPolicy } = await findKey(id, tenant, deps);
  const { endsMs, isTold } = await change({ action: "revoke", tenant, id, inPolicy }, deps);
  changed(null, { id, endsMs });
  return Response.json({ id, revokedAt: toText(endsMs), isTold });
}

/** Another tenant's key is one that does not exist. @throws FairleadError `not_found` */
async function findKey(id: string, tenant: string, { consumers, keyRegistry }: KeyDeps): Promise<Standing> {
  for (const consumer of consumers) {
    const key = consumer.tenant === tenant ? consumer.keys.find((written) => written.id === id) : undefined;
    if (key !== undefined) return { consumer: consumer.name, name: key.name, inPolicy: { expiresMs: key.expiresMs } };
  }
  const { key } = await asked(keyRegistry.find(id));
  if (key?.tenant !== tenant) throw unknownKey(id, tenant);
  return { consumer: key.consumer, name: key.name, inPolicy: null };
}

async function makeKey(
  record: Omit<NewKey, "id" | "hash">,
  environment: KeyEnvironment,
  { identities, newApiKey, readPepper }: KeyDeps,
): Promise<MadeKey> {
  if (!identities.acceptsKeys(environment))
    throw invalid("environment", `LLMGateway.spec.authentication.keyEnvironments does not accept '${environment}' keys.`);
  const pepper = readPepper(PEPPER_VERSION);
  if (pepper === undefined) throw new Error(`There is no pepper ${PEPPER_VERSION}.`);
  const apiKey = newApiKey(environment);
  const id = parseApiKey(apiKey)?.id ?? "";
  return { apiKey, record: { ...record, id, hash: `${PEPPER_VERSION}:${await hashApiKey(apiKey, pepper)}` } };
}

/** The one answer that holds a key. */
function show({ apiKey, record }: MadeKey, beside: object): Response {
  const { consumer, expiresMs, id, name, replaces, tenant } = record;
  const body = { key: apiKey, id, tenant, consumer, name, expires: toText(expiresMs), replaces, ...beside };
  return Response.json(body, { status: 201 });
}

/** What the registry does not allow now is a conflict with it. @throws FairleadError `not_found`, `conflict` */
async function change(wanted: KeyChange, { keyRegistry }: KeyDeps): Promise<Accepted> {
  const changed = await asked(keyRegistry.change(wanted));
  if (changed.kind === "changed") return changed;
  throw new FairleadError(changed.reason === "unknown" ? "not_found" : "conflict", changed.message);
}

/** @throws FairleadError `keys_unavailable` where the registry cannot be reached */
function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((cause: unknown) => {
    const message = "The key registry cannot be reached. Nothing may have changed: look before you repeat it.";
    throw new FairleadError("keys_unavailable", message, { cause, retryAfterSeconds: 1 });
  });
}

function findConsumer(tenant: string, name: string, { consumers }: KeyDeps): CompiledConsumer | null {
  return consumers.find((consumer) => consumer.tenant === tenant && consumer.name === name) ?? null;
}

function withoutConsumer(name: string, tenant: string, { consumers }: KeyDeps): FairleadError {
  const names = consumers.filter((consumer) => consumer.tenant === tenant).map((consumer) => consumer.name);
  const nearest = nearestName(name, names);
  const hint = nearest === null ? "Write it into the policy first." : `Did you mean '${nearest}'?`;
  return invalid("consumer", `The policy has no Consumer '${name}' in '${tenant}'. ${hint}`);
}

/** When a key expires; null: never. */
function readExpiry(text: string | undefined, now: number): number | null {
  if (text === NEVER) return null;
  return text === undefined ? now + DEFAULT_LIFE_MS : readTime("expires", text);
}

function readTime(param: string, text: string): number {
  const time = toEpochMs(text);
  if (time === null) throw invalid(param, `'${param}' must be a time such as 2027-01-01T00:00:00Z.`);
  return time;
}

function unknownKey(id: string, tenant: string): FairleadError {
  return new FairleadError("not_found", `There is no key '${id}' in '${tenant}'.`);
}

function invalid(param: string, message: string): FairleadError {
  return new FairleadError("invalid_value", message, { param });
}
