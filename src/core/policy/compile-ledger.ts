import { checkWritten } from "./check-written-url.ts";
import type { SecretUse } from "./check-secrets.ts";
import type { CompiledLedger } from "./compiled.ts";
import { placeIn } from "./object-place.ts";
import type { Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { DEFAULT_LEASE } from "./schema/ledger.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";
import { toMilliseconds } from "./schema/quantities.ts";
import { variableName } from "./variable-name.ts";

/** How the books are kept, and the secrets that takes. */
export interface LedgerSettings {
  readonly ledger: CompiledLedger;
  readonly secrets: readonly SecretUse[];
}

export const DEFAULT_LEDGER: LedgerSettings = { ledger: { leaseMs: toMilliseconds(DEFAULT_LEASE), redis: null }, secrets: [] };

/** Reports a Redis that may not be a destination. */
export function compileLedger(
  object: PolicyObject<LLMGateway>,
  { allowedOrigins, report }: { readonly allowedOrigins: ReadonlySet<string>; readonly report: Report },
): LedgerSettings {
  const { lease = DEFAULT_LEASE, redis } = object.body.spec.ledger ?? {};
  const leaseMs = toMilliseconds(lease);
  if (redis === undefined) return { ...DEFAULT_LEDGER, ledger: { leaseMs, redis: null } };
  const path = ["spec", "ledger", "redis"];
  const place = placeIn(object, ...path, "baseURL");
  const url = checkWritten({ text: redis.baseURL, place }, { allowedOrigins, report });
  const { key, name } = redis.secretKeyRef;
  const variable = variableName(name, key);
  const secret = {
    variable,
    identity: `${object.namespace}/${name}#${key}`,
    origin: url?.origin ?? null,
    place: placeIn(object, ...path, "secretKeyRef"),
  };
  const requestRates = redis.requestRates === "UpstashRatelimit" ? "upstash-ratelimit" : "ledger";
  return {
    ledger: { leaseMs, redis: url === null ? null : { baseUrl: url.baseUrl, variable, requestRates } },
    secrets: [secret],
  };
}
