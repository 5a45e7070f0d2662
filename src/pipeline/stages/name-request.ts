import type { TargetAccess } from "../../core/access/access.ts";
import { type CachePartition, cacheKeys } from "../../core/cache/cache-keys.ts";
import { type Embedder, embedderId } from "../../core/cache/embedder.ts";
import type { Question } from "../../core/cache/question.ts";
import { canonicalText } from "../../core/cache/text/canonical-text.ts";
import { type Eligibility, eligibilityOf } from "../../core/cache/text/eligibility.ts";
import type { Caller } from "../../core/caller.ts";
import type { Wishes } from "../../core/http/read-wishes.ts";
import type { LinkedPolicy, LinkedRoute } from "../../core/policy/linked.ts";
import type { Kills } from "../../core/routing/target-view.ts";
import { cacheForm } from "../../dialects/canonical/cache-form.ts";
import { sharingFacts } from "../../dialects/canonical/sharing-facts.ts";
import type { Named, Slot } from "../answers/slot.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";

export interface NameInput {
  readonly caller: Caller;
  readonly asking: Asking;
  readonly wishes: Wishes;
  readonly access: TargetAccess | null;
  readonly route: LinkedRoute;
  readonly policy: LinkedPolicy;
  readonly kills: Kills;
}

type NameDeps = Pick<Deps, "answers" | "answerSecrets" | "knownRequests"> & {
  readonly control: Pick<Deps["control"], "purgedAt">;
};

const NOTHING_LIKE_IT: Eligibility = {
  canonical: false,
  semantic: false,
  ttlCapMs: null,
  principalOnly: false,
  restrictions: [],
};
const LOCAL: Embedder = { kind: "hash" };

/** What the request is called in the cache; null where nothing of it is given or kept. */
export async function nameRequest(input: NameInput, deps: NameDeps, run: Run): Promise<Slot | null> {
  const { asking, caller, kills, policy, route, wishes } = input;
  const { cache } = route;
  if (cache === null || wishes.cache.isOff) return null;
  const named = await nameOnce(input, deps);
  if (named === null) return null;
  const { keys, text } = named;
  const { isExact } = wishes.cache;
  const question: Question = {
    tenant: caller.tenant,
    region: run.origin.continent,
    shards: policy.gateway.cache.shards,
    contentsKey: await deps.answerSecrets.contents(caller.tenant),
    keys: isExact ? { ...keys, canonical: null } : keys,
    text: isExact ? null : text,
    embedder: policy.embedder ?? LOCAL,
    semantic: isExact || !named.isSemantic || policy.embedder === null ? null : cache.semantic,
    tags: tagsOf(input),
    staleMs: cache.staleWhileRevalidateMs,
  };
  const nameOf = (key: string): string => `${keys.principal} ${key}`;
  return {
    question,
    names: { exact: nameOf(keys.exact), canonical: question.keys.canonical === null ? null : nameOf(question.keys.canonical) },
    operation: asking.decoded.operation,
    record: named.record,
    cache,
    wish: wishes.cache,
    ttlMs: Math.min(cache.ttlMs, named.ttlCapMs ?? Number.POSITIVE_INFINITY),
    economy: deps.answers.economyOf(route.id),
    purgedAt: deps.control.purgedAt(caller.tenant),
    killedTargets: kills.targets,
  };
}

function tagsOf({ asking, route: { cache, id } }: NameInput): readonly string[] {
  const { promptVersion = null, tags = [] } = cache ?? {};
  return [
    ...tags,
    `model:${asking.decoded.model}`,
    `route:${id}`,
    ...(promptVersion === null ? [] : [`prompt:${promptVersion}`]),
  ];
}

/** A request that came before, byte for byte, is not read again. */
async function nameOnce(input: NameInput, { answerSecrets, knownRequests }: NameDeps): Promise<Named | null> {
  const { asking, caller } = input;
  const partition = partitionOf(input);
  const { headers, operation, stream, surface, text } = asking.decoded;
  const bytes = `${JSON.stringify([partition, surface, operation, stream, headers])}\n${text}`;
  const known = knownRequests.get(bytes);
  if (known !== null) return known;
  const chat = operation === "chat" && asking.reading.kind === "read" ? asking.reading.chat : null;
  const form = cacheForm(asking.decoded, chat, asking.surface.cacheRules);
  if (form === null) return null;
  const eligibility = form.text === null || chat === null ? NOTHING_LIKE_IT : eligibilityOf(form.text, sharingFacts(chat));
  const shared = eligibility.principalOnly ? { ...partition, sharedBy: "Principal" as const } : partition;
  const canonical = form.text === null || !eligibility.canonical ? null : canonicalText(form.text);
  const keys = await cacheKeys({ ...form, canonical }, shared, await answerSecrets.names(caller.tenant));
  const likeIt = canonical === null ? null : form.text;
  const { semantic: isSemantic, ttlCapMs } = eligibility;
  const named = { keys, text: likeIt, isSemantic, record: form.record, ttlCapMs };
  knownRequests.put(bytes, named);
  return named;
}

function partitionOf({ access, asking, caller, policy, route, wishes }: NameInput): CachePartition {
  return {
    tenant: caller.tenant,
    consumer: caller.consumer,
    keyId: caller.keyId,
    sharedBy: route.cache?.sharedBy ?? "Principal",
    policyStamp: policy.stamp,
    routeId: route.id,
    model: asking.decoded.model,
    access: access?.partition ?? null,
    preferences: route.callerPreferences ? wishes.preferences : null,
    promptVersion: route.cache?.promptVersion ?? null,
    embedder: embedderId(policy.embedder ?? LOCAL),
  };
}
