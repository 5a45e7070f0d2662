import { stickyDraw } from "../routing/affinity.ts";
import { canonicalJson } from "./canonical-json.ts";
import type {
  CompiledAuth,
  CompiledGateway,
  CompiledGroup,
  CompiledMatch,
  CompiledPolicy,
  CompiledProvider,
  CompiledRoute,
  CompiledTarget,
  CompiledVariant,
} from "./compiled.ts";
import type { CompiledConsumer, CompiledKey } from "./compiled-consumer.ts";

/** What a thing does, in parts that a person would name; together they hold every field of it. */
type Facets = ReadonlyMap<string, string>;

/** In brackets, which no name can hold: a model called `none` is something else. */
const NONE = "(none)";

/**
 * Every difference that changes who may call, what answers or under which limits: one sentence each, empty when the two
 * policies behave the same. Epoch, generation and digest are not behaviour.
 */
export function describeChange(before: CompiledPolicy, after: CompiledPolicy): string[] {
  return [
    ...compareFacets(`Gateway`, gatewayFacets(before.gateway), gatewayFacets(after.gateway)),
    ...compareLists("Provider", { before: before.providers, after: after.providers, facetsOf: providerFacets }),
    ...compareLists("Route", { before: before.routes, after: after.routes, facetsOf: routeFacets }),
    ...compareLists("Consumer", { before: before.consumers, after: after.consumers, facetsOf: consumerFacets }),
  ];
}

interface Compared<Item> {
  readonly before: readonly Item[];
  readonly after: readonly Item[];
  readonly facetsOf: (item: Item) => Facets;
}

function compareLists<Item extends { readonly id: string }>(noun: string, { before, after, facetsOf }: Compared<Item>): string[] {
  const [old, young] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...young.keys()])].toSorted();
  const changes = ids.flatMap((id) => {
    const [was, is] = [old.get(id), young.get(id)];
    if (was === undefined) return [`${noun} ${id} is new.`];
    if (is === undefined) return [`${noun} ${id} is gone.`];
    return compareFacets(`${noun} ${id}`, facetsOf(was), facetsOf(is));
  });
  const isReordered = changes.length === 0 && before.some(({ id }, index) => after[index]?.id !== id);
  return isReordered ? [`${noun}s are in another order: ${after.map(({ id }) => id).join(", ")}.`] : changes;
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]));
}

function compareFacets(subject: string, before: Facets, after: Facets): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const [was, is] = [before.get(name) ?? NONE, after.get(name) ?? NONE];
    return was === is ? [] : [`${subject}: ${name} was ${was}, is ${is}.`];
  });
}

function gatewayFacets(gateway: CompiledGateway): Facets {
  const { name, hosts, admin, authentication, cache, caps, explainRoles, idempotency, ledger } = gateway;
  const { location, regions, retryBudget, roles } = gateway;
  return new Map([
    ["name", name],
    ["administration", canonicalJson(admin)],
    ["authentication", canonicalJson(authentication)],
    ["roles", canonicalJson(roles)],
    ["hosts served", hosts.length === 0 ? "(all)" : listed(hosts)],
    ["chat body cap", `${caps.chatBodyBytes} bytes`],
    ["embeddings body cap", `${caps.embeddingsBodyBytes} bytes`],
    ["message cap", String(caps.messages)],
    ["tool cap", String(caps.tools)],
    ["live stream cap", String(caps.liveStreams)],
    ["retry budget", `${retryBudget.percent}% and ${retryBudget.floorPerSecond}/s`],
    ["location", canonicalJson(location)],
    ["regions of callers", canonicalJson(regions)],
    ["roles that may ask for explanations", listed(explainRoles)],
    ["embedder", canonicalJson(cache.embedder)],
    ["shards of stored answers", String(cache.shards)],
    ["lease", `${ledger.leaseMs} ms`],
    ["duplicates under one idempotency key", idempotency.concurrent],
    ["idempotency keys kept", `${idempotency.keepMs} ms`],
    ["books kept in", ledger.redis === null ? "Durable Objects" : `Redis: ${canonicalJson(ledger.redis)}`],
  ]);
}

function providerFacets(provider: CompiledProvider): Facets {
  const { name, tenant, dialect, natives, family, transport, baseUrl, paths, auth, credentials, trustDomain, health, quirks } =
    provider;
  const credentialTexts = credentials.map(
    (credential) =>
      `${credential.name} from ${credential.variable} to ${credential.origin}, limits ${canonicalJson(credential.limits)}`,
  );
  return new Map([
    ["name", name],
    ["tenant", tenant],
    ["destination", `${baseUrl} (${transport}, ${dialect})`],
    ["dialects forwarded as they come", listed(natives)],
    ["trust domain", trustDomain ?? NONE],
    ["paths", canonicalJson(paths)],
    ["family of reasoning", family ?? "(the dialect's)"],
    ["auth", auth === null ? NONE : authText(auth)],
    ["credentials", listed(credentialTexts)],
    ["health", health ? "watched" : "not watched"],
    ["quirks", canonicalJson(quirks)],
  ]);
}

function authText(auth: CompiledAuth): string {
  switch (auth.kind) {
    case "header":
      return `header ${JSON.stringify(`${auth.header}: ${auth.prefix}`)}`;
    case "sigv4":
      return `AWS signature for ${auth.service} in ${auth.region}`;
    case "google-service-account":
      return "token of a Google service account";
  }
}

function routeFacets(route: CompiledRoute): Facets {
  const { tenant, models, mode, matches, splitBy, variants, locality, failover, timeouts, cache, require, unsupported } = route;
  const { callerPreferences, limits, mirror, priority } = route;
  const targets = [...variants.flatMap(({ groups }) => groups.flatMap(targetsOf)), ...(mirror === null ? [] : [mirror.target])];
  return new Map([
    ["tenant", tenant],
    ["models served", listed(models)],
    ["limits of models", canonicalJson(limits)],
    ["mode", mode],
    ["conditions", matches.length === 0 ? "(always)" : canonicalJson(matches.map(withDigests))],
    ["split by", splitBy === null ? NONE : canonicalJson(splitBy)],
    ["groups", variants.map(variantText).join("; ")],
    ["balance", listed(variants.flatMap(balanceTexts).toSorted())],
    ["locality", canonicalJson(locality)],
    ["places", listed(targets.map(placeText).toSorted())],
    ["prices", listed(targets.map(priceText).toSorted())],
    ["abilities", listed(targets.map(abilityText).toSorted())],
    ["token limits", listed(targets.map(limitText).toSorted())],
    ["capabilities required", listed(require)],
    ["what a target cannot be told", unsupported],
    ["priority", priority],
    ["callers' preferences", callerPreferences ? "allowed" : "ignored"],
    ["mirror", mirror === null ? NONE : `${mirror.percent}% to ${targetText(mirror.target)}`],
    ["failover", `${failover.maxAttempts} attempts on ${listed(failover.on)}`],
    ["hedge", failover.hedge === null ? NONE : canonicalJson(failover.hedge)],
    ["time to first content", `${timeouts.ttftMs} ms`],
    ["idle time", `${timeouts.idleMs} ms`],
    ["total time", `${timeouts.totalMs} ms`],
    ["cache", cache === null ? "off" : canonicalJson(cache)],
  ]);
}

/** Nobody reads a program, which follows from its pattern: a digest tells it apart. */
function withDigests({ patterns, ...stated }: CompiledMatch): object {
  const digests = Object.entries(patterns).map(([pattern, program]) => [pattern, stickyDraw(pattern, canonicalJson(program))]);
  return { ...stated, patterns: Object.fromEntries(digests) };
}

function variantText({ groups, name, percent }: CompiledVariant): string {
  const text = groups.map(groupText).join(" then ");
  return name === null && percent === 100 ? text : `${name ?? NONE} ${percent}% ${text}`;
}

function groupText(group: CompiledGroup): string {
  return "model" in group
    ? `${group.name} (those of ${group.model})`
    : `${group.name} [${group.targets.map(targetText).join(" | ")}]`;
}

/** By variant and group, whose order is told elsewhere. */
function balanceTexts({ groups, name }: CompiledVariant): readonly string[] {
  return groups.flatMap((group) => {
    const place = name === null ? group.name : `${name}/${group.name}`;
    return "model" in group ? [] : [`${place} ${canonicalJson(group.balance)}`];
  });
}

function targetsOf(group: CompiledGroup): readonly CompiledTarget[] {
  return "model" in group ? [] : group.targets;
}

function placeText({ location, model, provider }: CompiledTarget): string {
  return `${provider} ${model}: ${canonicalJson(location)}`;
}

function targetText({ provider, model, weight }: CompiledTarget): string {
  return `${provider} ${model} ×${weight}`;
}

function priceText({ provider, model, price }: CompiledTarget): string {
  const amounts =
    price === null
      ? "unknown"
      : Object.entries(price)
          .map(([name, amount]) => `${name} ${String(amount)}`)
          .join(" ");
  return `${provider} ${model}: ${amounts}`;
}

function abilityText({ provider, model, capabilities }: CompiledTarget): string {
  return `${provider} ${model}: ${capabilities === null ? "unknown" : capabilities.join(" ") || "text alone"}`;
}

function limitText({ provider, model, contextTokens, maxOutputTokens }: CompiledTarget): string {
  return `${provider} ${model}: ${contextTokens ?? "unknown"} in all, ${maxOutputTokens ?? "unknown"} in an answer`;
}

function consumerFacets(consumer: CompiledConsumer): Facets {
  const { name, tenant, keys, tokens, certificates, roles, tags, access, isStrict, limits } = consumer;
  return new Map([
    ["name", name],
    ["tenant", tenant],
    ...keys.map((key) => [`key ${key.id}`, keyText(key)] as const),
    ["order of keys", listed(keys.map(({ id }) => id))],
    ["tokens", canonicalJson(tokens)],
    ["certificates", canonicalJson(certificates)],
    ["roles", listed(roles)],
    ["tags", canonicalJson(tags)],
    ["allowed", access.allow.length === 0 ? "(all)" : canonicalJson(access.allow)],
    ["blocked", access.block.length === 0 ? NONE : canonicalJson(access.block)],
    ["limits", canonicalJson(limits)],
    ["admission", isStrict ? "strict" : "beside"],
  ]);
}

function keyText({ name, hash, limits, notBeforeMs, expiresMs, revoked }: CompiledKey): string {
  const validity = `from ${notBeforeMs ?? "always"} until ${expiresMs ?? "forever"}`;
  return `${name} (${hash}) ${validity}${revoked ? ", revoked" : ""}, limits ${canonicalJson(limits)}`;
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : texts.join(", ");
}
