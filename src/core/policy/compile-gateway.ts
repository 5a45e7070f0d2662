import { compileRoles } from "./compile-access.ts";
import { compileAuthentication, NO_AUTHENTICATION } from "./compile-authentication.ts";
import { compileAdmin, NO_ADMIN } from "./compile-admin.ts";
import { compileGatewayCache, DEFAULT_CACHE } from "./compile-cache.ts";
import { compileLocation } from "./compile-groups.ts";
import { compileLedger, DEFAULT_LEDGER, type LedgerSettings } from "./compile-ledger.ts";
import { checkOrigin } from "./check-base-url.ts";
import type { SecretUse } from "./check-secrets.ts";
import type { CompiledCaps, CompiledGateway, CompiledIdempotency } from "./compiled.ts";
import type { CompiledAdmin } from "./compiled-admin.ts";
import type { CompiledAuthentication } from "./compiled-authentication.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { checkTimeoutOrder, resolveTimeouts } from "./resolve-timeouts.ts";
import { DEFAULT_IDEMPOTENCY, DEFAULT_RETRY_BUDGET, type LLMGateway, MAXIMUM_CAPS } from "./schema/llm-gateway.ts";
import { toBytes, toMilliseconds, toPercent } from "./schema/quantities.ts";
import type { Failover, Timeouts } from "./schema/reliability.ts";

type GatewaySpec = LLMGateway["spec"];

/** What the gateway says about everything else. */
export interface GatewaySettings {
  readonly gateway: CompiledGateway;
  /** Origins from `allowPrivate`, canonical. */
  readonly allowedOrigins: ReadonlySet<string>;
  readonly timeouts: Timeouts | undefined;
  readonly failover: Failover | undefined;
  /** What the gateway itself needs. */
  readonly secrets: readonly SecretUse[];
}

/** The one gateway of a policy set, or the built-in defaults when there is none. */
export function compileGateway(objects: readonly PolicyObject<LLMGateway>[], report: Report): GatewaySettings {
  const [object, ...others] = objects;
  if (object === undefined) {
    return { ...toSettings("default", {}, NOTHING_SAID), allowedOrigins: new Set() };
  }
  for (const other of others) {
    report(createProblem("duplicate_gateway", placeIn(other, "metadata", "name"), { found: `${other.id}, beside ${object.id}` }));
  }
  checkGateway(object, report);
  const allowedOrigins = readAllowedOrigins(object, report);
  const context = { allowedOrigins, report };
  const checked = {
    ...compileLedger(object, context),
    authentication: compileAuthentication(object, context),
    roles: compileRoles(object, report),
    admin: compileAdmin(object, report),
    cache: compileGatewayCache(object, report),
  };
  return { ...toSettings(object.name, object.body.spec, checked), allowedOrigins };
}

interface Checked extends LedgerSettings {
  readonly authentication: CompiledAuthentication;
  readonly admin: CompiledAdmin;
  readonly cache: CompiledGateway["cache"];
  readonly roles: CompiledGateway["roles"];
}

const NOTHING_SAID: Checked = {
  ...DEFAULT_LEDGER,
  authentication: NO_AUTHENTICATION,
  roles: [],
  admin: NO_ADMIN,
  cache: DEFAULT_CACHE,
};

function toSettings(
  name: string,
  spec: GatewaySpec,
  { admin, authentication, cache, ledger, roles, secrets }: Checked,
): Omit<GatewaySettings, "allowedOrigins"> {
  const { retryBudget, defaults } = spec;
  return {
    gateway: {
      name,
      hosts: hostsOf(spec),
      authentication,
      roles,
      caps: capsOf(spec),
      retryBudget: {
        percent: toPercent(retryBudget?.percent ?? DEFAULT_RETRY_BUDGET.percent),
        floorPerSecond: retryBudget?.minPerSecond ?? DEFAULT_RETRY_BUDGET.minPerSecond,
      },
      location: compileLocation(spec.location),
      regions: (spec.regions ?? []).map(({ continents = [], countries = [], region }) => ({ region, countries, continents })),
      explainRoles: spec.explainRoles ?? [],
      ledger,
      admin,
      cache,
      idempotency: idempotencyOf(spec),
    },
    timeouts: defaults?.timeouts,
    failover: defaults?.failover,
    secrets,
  };
}

function checkGateway(object: PolicyObject<LLMGateway>, report: Report): void {
  const { spec } = object.body;
  const listeners = (spec.listeners ?? []).map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "listeners"], names: listeners, field: "name" }, report);
  const timeouts = spec.defaults?.timeouts;
  const { totalMs } = resolveTimeouts(timeouts);
  checkTimeoutOrder(object, { path: ["spec", "defaults", "timeouts"], timeouts, totalMs }, report);
  for (const field of ["chatBody", "embeddingsBody"] as const) {
    const size = spec.caps?.[field];
    const isInside = size === undefined || (toBytes(size) >= 1 && toBytes(size) <= toBytes(MAXIMUM_CAPS[field]));
    if (isInside) continue;
    const allowed = [`from 1 byte to ${MAXIMUM_CAPS[field]}; caps can be lowered, not raised`];
    report(createProblem("out_of_range", placeIn(object, "spec", "caps", field), { found: quoted(size), allowed }));
  }
}

function readAllowedOrigins(object: PolicyObject<LLMGateway>, report: Report): ReadonlySet<string> {
  const origins = new Set<string>();
  for (const [index, text] of (object.body.spec.network?.allowPrivate ?? []).entries()) {
    const checked = checkOrigin(text);
    if (checked.kind === "accepted") origins.add(checked.origin);
    else {
      const place = placeIn(object, "spec", "network", "allowPrivate", index);
      report(createProblem(checked.code, place, { found: quoted(text), allowed: checked.allowed }));
    }
  }
  return origins;
}

/** Empty means every host, which is also what one listener without names means. */
function hostsOf(spec: GatewaySpec): readonly string[] {
  const lists = (spec.listeners ?? []).map(({ hostnames }) => hostnames ?? []);
  if (lists.some((names) => names.length === 0)) return [];
  return [...new Set(lists.flat().map((name) => name.toLowerCase()))].toSorted();
}

function idempotencyOf({ idempotency }: GatewaySpec): CompiledIdempotency {
  return {
    concurrent: idempotency?.concurrent ?? DEFAULT_IDEMPOTENCY.concurrent,
    keepMs: toMilliseconds(idempotency?.keep ?? DEFAULT_IDEMPOTENCY.keep),
  };
}

function capsOf({ caps }: GatewaySpec): CompiledCaps {
  return {
    chatBodyBytes: toBytes(caps?.chatBody ?? MAXIMUM_CAPS.chatBody),
    embeddingsBodyBytes: toBytes(caps?.embeddingsBody ?? MAXIMUM_CAPS.embeddingsBody),
    messages: caps?.messages ?? MAXIMUM_CAPS.messages,
    tools: caps?.tools ?? MAXIMUM_CAPS.tools,
    liveStreams: caps?.liveStreams ?? MAXIMUM_CAPS.liveStreams,
  };
}
