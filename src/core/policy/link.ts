import type { Capability } from "../capability.ts";
import type { FailureClass } from "../failure.ts";
import type { Price } from "../usage.ts";
import {
  COMPILED_FORMAT_VERSION,
  type CompiledAuth,
  type CompiledConsumer,
  type CompiledGateway,
  type CompiledPolicy,
  type CompiledProvider,
  type CompiledQuirks,
  type CompiledRoute,
  type CompiledTarget,
  type CompiledTimeouts,
  type DialectName,
  type Operation,
} from "./compiled.ts";

/** A credential ready to be sent: the headers of one upstream call. Bound to one origin. */
export interface LinkedCredential {
  readonly name: string;
  readonly origin: string;
  /** The secret itself, so that it can be removed from what an upstream says. Empty for open endpoints. */
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How a credential that must be computed for each call is; null where `headers` hold it. */
  readonly signing: Exclude<CompiledAuth, { readonly kind: "header" }> | null;
}

export interface LinkedTarget {
  /** `provider/model`, as responses name it. */
  readonly label: string;
  /** The wire format it is asked in by callers of one it does not speak. */
  readonly dialect: DialectName;
  readonly natives: ReadonlySet<DialectName>;
  readonly transport: CompiledProvider["transport"];
  /** Where an operation is in a wire format; null where that has none. */
  readonly urlOf: (dialect: DialectName, operation: Operation, stream: boolean) => string | null;
  readonly model: string;
  /** Whose opaque state it reads. */
  readonly family: string;
  readonly quirks: CompiledQuirks;
  /** Null when nothing is known. */
  readonly capabilities: ReadonlySet<Capability> | null;
  readonly maxOutputTokens: number | null;
  readonly weight: number;
  readonly price: Price | null;
  /** In the order of rotation; never empty. */
  readonly credentials: readonly LinkedCredential[];
}

export interface LinkedRoute {
  readonly id: string;
  readonly tenant: string;
  readonly groups: readonly (readonly LinkedTarget[])[];
  /** The attempts' order where no draw can change it; null when a group has several targets. */
  readonly fixedOrder: readonly LinkedTarget[] | null;
  readonly failoverOn: ReadonlySet<FailureClass>;
  readonly maxAttempts: number;
  readonly timeouts: CompiledTimeouts;
  readonly exactCacheTtlSeconds: number | null;
  readonly unsupported: CompiledRoute["unsupported"];
  /** Its targets differ in what they are known to be able to do: then a request's needs choose among them. */
  readonly isSelective: boolean;
}

/** A provider that cannot be used until a credential is set. */
export interface SkippedProvider {
  readonly provider: string;
  readonly variables: readonly string[];
}

/** A compiled policy as tables: what one request is pinned to. */
export interface LinkedPolicy {
  /** `<epoch>.<generation>-<first 8 of the digest>`, for the response header. */
  readonly stamp: string;
  readonly epoch: number;
  readonly gateway: CompiledGateway;
  readonly hosts: ReadonlySet<string>;
  readonly consumers: readonly CompiledConsumer[];
  readonly skipped: readonly SkippedProvider[];
  /** The route that serves a virtual model for a tenant; exact names first, then the longest prefix. */
  findRoute(tenant: string, model: string): LinkedRoute | null;
  /** Virtual models of a tenant, sorted, wildcards as written. */
  listModels(tenant: string): readonly string[];
}

/** Counts the routers a request has passed, so that a router pointed at itself stops. */
export const HOP_HEADER = "x-fairlead-hop";
const USER_AGENT = "fairlead/0.1";

export interface LinkOptions {
  /** The value of a variable that holds a secret. */
  readonly readSecret: (variable: string) => string | undefined;
  /** What the wire formats say of a model. */
  readonly dialects: {
    /** Path of an operation under a base URL; null where the dialect has none. */
    path(dialect: DialectName, operation: Operation, call: { readonly model: string; readonly stream: boolean }): string | null;
    familyOf(dialect: DialectName, model: string): string;
  };
}

/**
 * Turns the compiled document into tables. A provider whose credentials are all
 * missing is skipped and reported, and the rest works.
 * @throws Error when the document's format is not ours
 */
export function linkPolicy(compiled: CompiledPolicy, options: LinkOptions): LinkedPolicy {
  if (compiled.formatVersion !== COMPILED_FORMAT_VERSION)
    throw new Error(`Policy format ${String(compiled.formatVersion)} is not supported.`);
  const providers = new Map<string, LinkedProvider>();
  const skipped: SkippedProvider[] = [];
  for (const provider of compiled.providers) {
    const credentials = linkCredentials(provider, options.readSecret);
    if (credentials.length > 0) providers.set(provider.id, { provider, credentials });
    else skipped.push({ provider: provider.id, variables: provider.credentials.map((credential) => credential.variable) });
  }
  const linkTarget = (target: CompiledTarget): LinkedTarget | null => {
    const found = providers.get(target.provider);
    return found === undefined ? null : toTarget(target, found, options);
  };
  const tables = new Map<string, RouteTable>();
  for (const route of compiled.routes) {
    const table = tables.get(route.tenant) ?? new RouteTable();
    tables.set(route.tenant, table);
    table.add(route.models, linkRoute(route, linkTarget));
  }
  return {
    stamp: `${compiled.epoch}.${compiled.generation}-${compiled.digest.slice(0, 8)}`,
    epoch: compiled.epoch,
    gateway: compiled.gateway,
    hosts: new Set(compiled.gateway.hosts),
    consumers: compiled.consumers,
    skipped,
    findRoute: (tenant, model) => tables.get(tenant)?.find(model) ?? null,
    listModels: (tenant) => tables.get(tenant)?.names() ?? [],
  };
}

function linkCredentials(provider: CompiledProvider, readSecret: LinkOptions["readSecret"]): readonly LinkedCredential[] {
  const common = {
    "content-type": "application/json",
    "accept-encoding": "identity",
    "user-agent": USER_AGENT,
    [HOP_HEADER]: "1",
  };
  const origin = new URL(provider.baseUrl).origin;
  const { auth } = provider;
  if (auth === null || provider.credentials.length === 0) {
    return [{ name: "none", origin, secret: "", headers: common, signing: null }];
  }
  return provider.credentials.flatMap((credential): readonly LinkedCredential[] => {
    const secret = readSecret(credential.variable);
    if (secret === undefined || secret === "") return [];
    if (credential.origin !== origin)
      throw new Error(`credential_origin_mismatch: ${provider.id} may not send ${credential.name} to ${origin}.`);
    const linked = { name: credential.name, origin: credential.origin, secret };
    if (auth.kind !== "header") return [{ ...linked, headers: common, signing: auth }];
    return [{ ...linked, headers: { ...common, [auth.header]: auth.prefix + secret }, signing: null }];
  });
}

interface LinkedProvider {
  readonly provider: CompiledProvider;
  readonly credentials: readonly LinkedCredential[];
}

function toTarget(target: CompiledTarget, { credentials, provider }: LinkedProvider, options: LinkOptions): LinkedTarget {
  return {
    label: `${provider.name}/${target.model}`,
    dialect: provider.dialect,
    natives: new Set(provider.natives),
    transport: provider.transport,
    urlOf: createUrls(provider, target.model, options.dialects),
    model: target.model,
    family: provider.family ?? options.dialects.familyOf(provider.dialect, target.model),
    quirks: provider.quirks,
    capabilities: target.capabilities === null ? null : new Set(target.capabilities),
    maxOutputTokens: target.maxOutputTokens,
    weight: target.weight,
    price: target.price,
    credentials,
  };
}

/** Addresses are put together once. A provider's own templates stand for those of its first dialect. */
function createUrls(provider: CompiledProvider, model: string, dialects: LinkOptions["dialects"]): LinkedTarget["urlOf"] {
  const urls = new Map<string, string | null>();
  return (dialect, operation, stream) => {
    const key = `${dialect} ${operation} ${String(stream)}`;
    const known = urls.get(key);
    if (known !== undefined) return known;
    const template = dialect === provider.dialect ? templateOf(provider, operation, stream) : undefined;
    const path =
      template?.replaceAll("{model}", encodeURIComponent(model)) ?? dialects.path(dialect, operation, { model, stream });
    const url = path === null ? null : provider.baseUrl + path;
    urls.set(key, url);
    return url;
  };
}

function templateOf({ paths }: CompiledProvider, operation: Operation, stream: boolean): string | undefined {
  return stream && operation === "chat" ? (paths.stream ?? paths.chat) : paths[operation];
}

function linkRoute(route: CompiledRoute, linkTarget: (target: CompiledTarget) => LinkedTarget | null): LinkedRoute {
  const isCapable = ({ capabilities }: CompiledTarget): boolean =>
    capabilities === null || route.require.every((required) => capabilities.includes(required));
  const groups = route.groups
    .map((group) =>
      group.targets
        .filter(isCapable)
        .map(linkTarget)
        .filter((target) => target !== null),
    )
    .filter((targets) => targets.length > 0);
  return {
    id: route.id,
    tenant: route.tenant,
    groups,
    fixedOrder: groups.every((targets) => targets.length === 1) ? groups.flat() : null,
    failoverOn: new Set(route.failover.on),
    maxAttempts: route.failover.maxAttempts,
    timeouts: route.timeouts,
    exactCacheTtlSeconds: route.cache?.exactTtlSeconds ?? null,
    unsupported: route.unsupported,
    isSelective: differInCapabilities(groups.flat()),
  };
}

function differInCapabilities(targets: readonly LinkedTarget[]): boolean {
  const sets = targets.map(({ capabilities }) => (capabilities === null ? "unknown" : [...capabilities].toSorted().join(" ")));
  return new Set(sets).size > 1;
}

/** Routes of one tenant: a look-up costs the same at 10 and at 10,000 routes. */
class RouteTable {
  readonly #exact = new Map<string, LinkedRoute>();
  readonly #prefixes = new Map<string, LinkedRoute>();
  /** Lengths of the prefixes that occur, longest first. */
  #lengths: readonly number[] = [];

  add(models: readonly string[], route: LinkedRoute): void {
    for (const model of models) {
      if (!model.endsWith("*")) {
        this.#exact.set(model, route);
        continue;
      }
      const prefix = model.slice(0, -1);
      this.#prefixes.set(prefix, route);
      this.#lengths = [...new Set([...this.#lengths, prefix.length])].toSorted((left, right) => right - left);
    }
  }

  find(model: string): LinkedRoute | null {
    const exact = this.#exact.get(model);
    if (exact !== undefined) return exact;
    for (const length of this.#lengths) {
      const route = length <= model.length ? this.#prefixes.get(model.slice(0, length)) : undefined;
      if (route !== undefined) return route;
    }
    return null;
  }

  names(): readonly string[] {
    return [...this.#exact.keys(), ...[...this.#prefixes.keys()].map((prefix) => `${prefix}*`)].toSorted();
  }
}
