import type { CompiledProvider, CompiledTarget, Operation } from "./compiled.ts";
import type { LinkOptions } from "./link.ts";
import type { LinkedCredential, LinkedTarget } from "./linked.ts";
import { RESERVED_PREFIX } from "./variable-name.ts";

/** Counts the routers a request has passed, so that a router pointed at itself stops. */
export const HOP_HEADER = "x-fairlead-hop";
const USER_AGENT = "fairlead/0.1";

/** The credentials of a provider that are set, in the order of rotation; empty when all are missing. */
export function linkCredentials(provider: CompiledProvider, readSecret: LinkOptions["readSecret"]): readonly LinkedCredential[] {
  const common = {
    "content-type": "application/json",
    "accept-encoding": "identity",
    "user-agent": USER_AGENT,
    [HOP_HEADER]: "1",
  };
  const origin = new URL(provider.baseUrl).origin;
  const { auth } = provider;
  if (auth === null || provider.credentials.length === 0) {
    return [{ id: `${provider.id}#none`, name: "none", origin, secret: "", headers: common, limits: [], signing: null }];
  }
  return provider.credentials.flatMap((credential): readonly LinkedCredential[] => {
    // The compiler refuses them; a document that is published at run time need not come from it.
    if (credential.variable.startsWith(RESERVED_PREFIX))
      throw new Error(`reserved_variable: ${provider.id} may not read ${credential.variable}, which is the router's own.`);
    const secret = readSecret(credential.variable);
    if (secret === undefined || secret === "") return [];
    if (credential.origin !== origin)
      throw new Error(`credential_origin_mismatch: ${provider.id} may not send ${credential.name} to ${origin}.`);
    const id = `${provider.id}#${credential.name}`;
    const linked = { id, name: credential.name, origin: credential.origin, limits: credential.limits, secret };
    if (auth.kind !== "header") return [{ ...linked, headers: common, signing: auth }];
    return [{ ...linked, headers: { ...common, [auth.header]: auth.prefix + secret }, signing: null }];
  });
}

/** A provider that can be used. */
export interface LinkedProvider {
  readonly provider: CompiledProvider;
  readonly credentials: readonly LinkedCredential[];
}

/** A target with its addresses and credentials. */
export function linkTarget(
  target: CompiledTarget,
  { credentials, provider }: LinkedProvider,
  options: LinkOptions,
): LinkedTarget {
  return {
    id: `${provider.id}/${target.model}`,
    label: `${provider.name}/${target.model}`,
    dialect: provider.dialect,
    natives: new Set(provider.natives),
    transport: provider.transport,
    trustDomain: provider.trustDomain,
    isWatched: provider.health,
    urlOf: createUrls(provider, target.model, options.dialects),
    model: target.model,
    family: provider.family ?? options.dialects.familyOf(provider.dialect, target.model),
    quirks: provider.quirks,
    capabilities: target.capabilities === null ? null : new Set(target.capabilities),
    contextTokens: target.contextTokens,
    maxOutputTokens: target.maxOutputTokens,
    location: target.location,
    weight: target.weight,
    price: target.price,
    costFactor: 1,
    credentials,
  };
}

/** Addresses are put together once. A provider's own templates stand for those of its first dialect. */
export function createUrls(provider: CompiledProvider, model: string, dialects: LinkOptions["dialects"]): LinkedTarget["urlOf"] {
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
