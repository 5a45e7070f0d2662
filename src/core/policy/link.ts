import {
  COMPILED_FORMAT_VERSION,
  type CompiledPolicy,
  type CompiledTarget,
  type DialectName,
  type Operation,
} from "./compiled.ts";
import { linkEmbedder } from "./link-embedder.ts";
import { linkRule } from "./link-route.ts";
import { linkCredentials, type LinkedProvider, linkTarget } from "./link-target.ts";
import type { LinkedPolicy, LinkedRule, LinkedTarget, SkippedProvider } from "./linked.ts";
import { isNamed, namedIds } from "./named-ids.ts";
import { RouteTable } from "./route-table.ts";

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
 * Turns the compiled document into tables. A provider whose credentials are all missing is skipped and reported, and the
 * rest works. @throws Error when the document's format is not ours
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
  const link = (target: CompiledTarget): LinkedTarget | null => {
    const found = providers.get(target.provider);
    return found === undefined ? null : linkTarget(target, found, options);
  };
  const tables = linkTables(compiled, link);
  return {
    stamp: `${compiled.epoch}.${compiled.generation}-${compiled.digest.slice(0, 8)}`,
    epoch: compiled.epoch,
    gateway: compiled.gateway,
    embedder: linkEmbedder(compiled.gateway.cache.embedder, { providers, dialects: options.dialects }),
    hosts: new Set(compiled.gateway.hosts),
    roles: new Map(compiled.gateway.roles.map((role) => [role.name, role])),
    consumers: compiled.consumers,
    skipped,
    findRules: (tenant, model) => tables.get(tenant)?.find(model) ?? null,
    names: (kind, id) => isNamed(namedIds(compiled, kind), id),
    listModels: (tenant) => tables.get(tenant)?.names() ?? [],
  };
}

/** One table for each tenant. Rules of one policy stand together in the document, in order. */
function linkTables(compiled: CompiledPolicy, link: (target: CompiledTarget) => LinkedTarget | null): Map<string, RouteTable> {
  const tables = new Map<string, RouteTable>();
  const policies = Map.groupBy(compiled.routes, ({ id }) => id.slice(0, id.lastIndexOf("/")));
  for (const routes of policies.values()) {
    const [first] = routes;
    if (first === undefined) continue;
    const table = tables.get(first.tenant) ?? new RouteTable();
    tables.set(first.tenant, table);
    const rules: readonly LinkedRule[] = routes.map((route) => linkRule(route, link));
    table.add({ models: first.models, limits: first.limits, mode: first.mode, rules });
  }
  return tables;
}
