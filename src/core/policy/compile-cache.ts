import type { CompiledCache, CompiledCacheSettings, CompiledEmbedder, CompiledSemantic } from "./compiled-cache.ts";
import { placeIn, reportDuplicates, reportUnlessOne } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import {
  type CacheRule,
  DEFAULT_CHARGE,
  DEFAULT_SEMANTIC,
  DEFAULT_WORKERS_AI_DIMENSIONS,
  EMBEDDERS,
  type GatewayCache,
} from "./schema/cache.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";
import { toMilliseconds, toPercent } from "./schema/quantities.ts";
import type { PathSegment } from "./source-node.ts";

const LOWEST_RATE_PERCENT = 0.1;
const HIGHEST_RATE_PERCENT = 20;

/** Null where nothing is kept. */
export function compileCache(cache: CacheRule | undefined): CompiledCache | null {
  if (cache?.exact === undefined) return null;
  const { charge = DEFAULT_CHARGE, coalesce, exact, negative, promptVersion = null, semantic, sharedBy = "Consumer" } = cache;
  return {
    ttlMs: toMilliseconds(exact.ttl),
    staleWhileRevalidateMs: orZero(exact.staleWhileRevalidate),
    staleIfErrorMs: orZero(exact.staleIfError),
    semantic: semantic === undefined ? null : compileSemantic(semantic),
    sharedBy,
    coalesce: coalesce !== undefined,
    chargeShare: toPercent(charge) / 100,
    tags: (cache.tags ?? []).toSorted(),
    promptVersion,
    negativeTtlMs: negative === undefined ? null : toMilliseconds(negative.ttl),
  };
}

function compileSemantic(semantic: NonNullable<CacheRule["semantic"]>): CompiledSemantic {
  const { maxFalseHitRate, mode = DEFAULT_SEMANTIC.mode, per = DEFAULT_SEMANTIC.per } = semantic;
  const { shadowBudget = DEFAULT_SEMANTIC.shadowBudget } = semantic;
  return { maxFalseHitRate: toPercent(maxFalseHitRate) / 100, per, mode, shadowBudget: toPercent(shadowBudget) / 100 };
}

function orZero(duration: string | undefined): number {
  return duration === undefined ? 0 : toMilliseconds(duration);
}

interface WrittenCache {
  readonly cache: CacheRule;
  readonly path: readonly PathSegment[];
}

/** What the schema cannot state: all goes with `exact`, and a rate that could be kept. */
export function checkCache(object: PolicyObject, { cache, path }: WrittenCache, report: Report): void {
  const { exact, semantic, tags = [], ...others } = cache;
  reportDuplicates(object, { path: [...path, "tags"], names: tags, field: "" }, report);
  if (semantic !== undefined) checkRate(object, { rate: semantic.maxFalseHitRate, path: [...path, "semantic"] }, report);
  if (exact !== undefined || object.isPartial) return;
  for (const field of ["semantic", ...Object.keys(others)]) {
    if (Reflect.get(cache, field) === undefined) continue;
    report(createProblem("field_conflict", placeIn(object, ...path, field), { allowed: [`${field} together with exact`] }));
  }
}

function checkRate(
  object: PolicyObject,
  { path, rate }: { readonly rate: string; readonly path: readonly PathSegment[] },
  report: Report,
): void {
  const percent = toPercent(rate);
  if (percent >= LOWEST_RATE_PERCENT && percent <= HIGHEST_RATE_PERCENT) return;
  const allowed = [`from ${LOWEST_RATE_PERCENT}% to ${HIGHEST_RATE_PERCENT}%; without semantic no answer is ever guessed`];
  report(createProblem("out_of_range", placeIn(object, ...path, "maxFalseHitRate"), { found: quoted(rate), allowed }));
}

const EMBEDDER_PATH = ["spec", "cache", "embedder"] as const;

export const DEFAULT_CACHE: CompiledCacheSettings = { embedder: { kind: "hash" }, shards: 1 };

/** What all caches have in common. Whether there is such a provider is known when all have been read. */
export function compileGatewayCache(object: PolicyObject<LLMGateway>, report: Report): CompiledCacheSettings {
  const { embedder, shards = DEFAULT_CACHE.shards } = object.body.spec.cache ?? {};
  if (embedder === undefined) return { ...DEFAULT_CACHE, shards };
  reportUnlessOne(object, { path: EMBEDDER_PATH, names: EMBEDDERS, body: embedder }, report);
  checkEmbedderFields(object, embedder, report);
  return { embedder: compileEmbedder(embedder, object.namespace), shards };
}

type Embedder = NonNullable<GatewayCache["embedder"]>;

function compileEmbedder(embedder: Embedder, namespace: string): CompiledEmbedder {
  const { dimensions = DEFAULT_WORKERS_AI_DIMENSIONS, model = "", prefix = "", provider, workersAi } = embedder;
  if (workersAi !== undefined) return { kind: "workers-ai", model: workersAi.model, dimensions };
  return { kind: "provider", provider: `${namespace}/${provider ?? ""}`, model, dimensions, prefix };
}

function checkEmbedderFields(object: PolicyObject<LLMGateway>, embedder: Embedder, report: Report): void {
  if (object.isPartial || (embedder.provider === undefined) === (embedder.workersAi === undefined)) return; // reported as such
  if (embedder.provider !== undefined) {
    for (const field of ["model", "dimensions"] as const) {
      if (embedder[field] !== undefined) continue;
      report(createProblem("missing_field", placeIn(object, ...EMBEDDER_PATH), { allowed: [`${field}, which provider needs`] }));
    }
    return;
  }
  for (const field of ["model", "prefix"] as const) {
    if (embedder[field] === undefined) continue;
    const place = placeIn(object, ...EMBEDDER_PATH, field);
    report(createProblem("field_conflict", place, { allowed: [`${field} together with provider`] }));
  }
}
