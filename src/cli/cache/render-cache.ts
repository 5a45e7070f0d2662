import * as z from "zod";

const scopeClassSchema = z.object({
  region: z.string(),
  shard: z.string(),
  scopeClass: z.string(),
  embedder: z.string(),
  entries: z.number(),
  exact: z.number(),
  canonical: z.number(),
  semantic: z.number(),
  misses: z.number(),
  savedTokens: z.number(),
  savedMicroUsd: z.number(),
  savedMs: z.number(),
  labels: z.number(),
  certificate: z
    .object({
      checked: z.number(),
      wrong: z.number(),
      upperBound: z.number(),
      isEarned: z.boolean(),
      breaker: z.enum(["closed", "open"]),
    })
    .nullable(),
  curve: z.array(
    z.object({ maxFalseHitRate: z.number(), hitRate: z.number(), hits: z.number(), falseHitRate: z.number().nullable() }),
  ),
});
type ScopeClass = z.output<typeof scopeClassSchema>;

const statsSchema = z.object({ classes: z.array(scopeClassSchema) });
const takenSchema = z.object({ isDryRun: z.boolean(), answers: z.number().nullable() });
const explainedSchema = z.object({
  route: z.string(),
  scopeClass: z.string().nullable(),
  tier: z.string().nullable(),
  why: z.object({ veto: z.string().nullable(), probability: z.number().nullable(), note: z.string() }),
  near: z.array(z.object({ similarity: z.number(), veto: z.string().nullable(), state: z.string(), isForAsker: z.boolean() })),
});

const MICRO = 1_000_000;

/** What is kept, by scope class: what was found, what it saved, what the semantic tier has proved and would give. */
export function renderStats(answer: unknown): string {
  const { classes } = statsSchema.parse(answer);
  return classes.length === 0 ? "Nothing is kept." : classes.map(renderClass).join("\n\n");
}

/** What a purge or an erasure took, or would. */
export function renderTaken(answer: unknown): string {
  const { answers, isDryRun } = takenSchema.parse(answer);
  if (isDryRun) return `${answers ?? 0} answers. Nothing was done: repeat it with --yes.`;
  return `${answers === null ? "Purged" : `${answers} answers erased`}. Every isolate follows within 10 s.`;
}

/** What a look-up would give, and what it looked at. */
export function renderExplained(answer: unknown): string {
  const { near, route, scopeClass, tier, why } = explainedSchema.parse(answer);
  const probability = why.probability === null ? "" : `, right with at least ${percent(why.probability)}`;
  return [
    `route ${route}, scope class ${scopeClass ?? "none"}`,
    `${tier === null ? "nothing is given" : `given: ${tier}`}: ${why.note}${probability}`,
    ...near.map(
      (each) =>
        `  ${each.similarity.toFixed(3)}  ${each.state}${each.isForAsker ? "" : ", another's"}${each.veto === null ? "" : `, veto: ${each.veto}`}`,
    ),
  ].join("\n");
}

function renderClass(one: ScopeClass): string {
  const { canonical, curve, entries, exact, misses, region, savedMicroUsd, savedMs, savedTokens, scopeClass, semantic } = one;
  const looked = exact + canonical + semantic + misses;
  return [
    `${scopeClass}  ${region}${one.shard}  ${entries} answers, embedder ${one.embedder}`,
    `  found   ${exact} exact, ${canonical} canonical, ${semantic} semantic of ${looked}`,
    `  saved   ${(savedMicroUsd / MICRO).toFixed(4)} USD, ${savedTokens} tokens, ${(savedMs / 1_000).toFixed(1)} s`,
    `  proved  ${renderCertificate(one)}`,
    ...(one.labels === 0 ? [] : curve.map(renderPoint)),
  ].join("\n");
}

function renderCertificate({ certificate, labels }: ScopeClass): string {
  if (certificate === null) return "nothing: this Worker has no semantic tier";
  const { breaker, checked, isEarned, upperBound, wrong } = certificate;
  if (checked === 0) return `nothing yet; ${labels} labels`;
  const state = breaker === "open" ? "switched off" : isEarned ? "certified" : "not certified";
  return `${state}: ${wrong} wrong of ${checked} checked, at most ${percent(upperBound)}; ${labels} labels`;
}

function renderPoint({ falseHitRate, hitRate, hits, maxFalseHitRate }: ScopeClass["curve"][number]): string {
  const wrong = falseHitRate === null ? "unknown" : percent(falseHitRate);
  return `  at ${percent(maxFalseHitRate).padStart(6)}  ${hits} hits (${percent(hitRate)}), wrong: ${wrong}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
