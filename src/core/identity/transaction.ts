import type { CompiledAccess, CompiledUses } from "../policy/compiled-access.ts";
import type { CompiledTransactionTokens } from "../policy/compiled-authentication.ts";
import type { CompiledLimit } from "../policy/compiled-consumer.ts";
import { type Claims, readClaim, textsOf, wordsOf } from "./claims.ts";
import { tagsIn } from "./identities.ts";

/** What a caller acts within: a transaction token, verified. */
export interface Transaction {
  readonly id: string;
  readonly subject: string;
  /** The workload that asked for the token. */
  readonly workload: string;
  readonly scopes: readonly string[];
  /** Facts of it that rules can match. */
  readonly tags: Readonly<Record<string, string>>;
  /** Each must cover a request. */
  readonly access: readonly CompiledAccess[];
  /** Largest answer that a request may ask for; null: no limit. */
  readonly maxTokens: number | null;
  /** Names of tools that may be offered to the model; null: any. */
  readonly tools: readonly string[] | null;
  /** How often it may be used, and for how much. */
  readonly limits: readonly CompiledLimit[];
  /** Where it may be passed on to. */
  readonly trustDomain: string;
  /** As it came, for that alone. */
  readonly token: string;
}

export type ReadTransaction =
  | { readonly kind: "read"; readonly transaction: Transaction }
  | { readonly kind: "refused"; readonly reason: string };

const PRINTABLE = /^[ -~]{1,256}$/;
/** Longer than any token lives: a replacement has the same `txn`. */
const WINDOW_MS = 15 * 60_000;
const MICRO_USD = 1_000_000;
const NOTHING: CompiledUses = { models: [], features: null, providers: null, regions: null, tags: {}, expiresMs: null };

/** What a verified transaction token says, or which required claim it lacks. @see draft-ietf-oauth-transaction-tokens-10 */
export function readTransaction(token: string, claims: Claims, policy: CompiledTransactionTokens): ReadTransaction {
  const missing = ["txn", "scope", "req_wl"].find((name) => !isText(claims[name]));
  if (missing !== undefined) return { kind: "refused", reason: `'${missing}' is no text of at most 256 printable characters` };
  if (![claims["aud"]].flat().every((audience) => audience === policy.trustDomain)) {
    return { kind: "refused", reason: "it is for other audiences too" };
  }
  const workload = String(claims["req_wl"]);
  if (policy.workloads !== null && !policy.workloads.includes(workload)) {
    return { kind: "refused", reason: "the workload that asked for it is not accepted" };
  }
  const id = String(claims["txn"]);
  const scopes = wordsOf(claims["scope"]);
  const restrictions = restrictionsIn(claims, policy);
  if (restrictions === null) return { kind: "refused", reason: "what it restricts cannot be read" };
  const { budgetMicroUsd, maxTokens, models, tools } = restrictions;
  return {
    kind: "read",
    transaction: {
      id,
      subject: String(claims["sub"]),
      workload,
      scopes,
      tags: tagsIn(claims, policy.tags),
      access: [...accessOfScopes(scopes, policy), ...(models === null ? [] : [{ allow: [{ ...NOTHING, models }], block: [] }])],
      maxTokens,
      tools,
      limits: [
        ...(policy.maxUses === null ? [] : [limitOf(id, "requests", policy.maxUses)]),
        ...(budgetMicroUsd === null ? [] : [limitOf(id, "microUsd", budgetMicroUsd)]),
      ],
      trustDomain: policy.trustDomain,
      token,
    },
  };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && PRINTABLE.test(value);
}

/** Where scopes are listed, a token has what its own allow; one with none of them has nothing. */
function accessOfScopes(scopes: readonly string[], { scopes: listed }: CompiledTransactionTokens): readonly CompiledAccess[] {
  if (listed.length === 0) return [];
  const own = listed.filter(({ name }) => scopes.includes(name));
  return [{ allow: own.length === 0 ? [NOTHING] : own.flatMap(({ allow }) => allow), block: [] }];
}

interface Restrictions {
  readonly maxTokens: number | null;
  readonly budgetMicroUsd: number | null;
  readonly tools: readonly string[] | null;
  readonly models: readonly string[] | null;
}

/** Null where one that policy reads is there and is not what it should be: it restricts something, and nobody knows what. */
function restrictionsIn(claims: Claims, { restrictions }: CompiledTransactionTokens): Restrictions | null {
  const read = (claim: string | null): unknown => (claim === null ? undefined : readClaim(claims, claim));
  const [maxTokens, budget] = [readAmount(read(restrictions.maxTokens)), readAmount(read(restrictions.budgetUsd))];
  const [tools, models] = [readList(read(restrictions.tools)), readList(read(restrictions.models))];
  if (maxTokens === undefined || budget === undefined || tools === undefined || models === undefined) return null;
  return { maxTokens, budgetMicroUsd: budget === null ? null : Math.floor(budget * MICRO_USD), tools, models };
}

/** Undefined where it is no amount. */
function readAmount(value: unknown): number | null | undefined {
  if (value === undefined) return null;
  const amount = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof amount === "number" && amount >= 0 && amount <= Number.MAX_SAFE_INTEGER / MICRO_USD ? amount : undefined;
}

function readList(value: unknown): readonly string[] | null | undefined {
  if (value === undefined) return null;
  return typeof value === "string" || Array.isArray(value) ? textsOf(value) : undefined;
}

function limitOf(id: string, meter: "requests" | "microUsd", limit: number): CompiledLimit {
  const isUses = meter === "requests";
  return {
    id: `txn/${id}/${meter}`,
    label: isUses ? `${limit} uses of transaction ${id}` : `${limit / MICRO_USD} USD of transaction ${id}`,
    meter,
    limit,
    window: { kind: "sliding", ms: WINDOW_MS },
    models: [],
    batchPercent: 100,
    failureMode: "closed",
    ...(isUses ? { refusal: "txn_replayed" as const } : {}),
  };
}

interface Asked {
  /** Output tokens asked for at most; 0 where nothing was said. */
  readonly maxTokens: number;
  /** Names of the tools offered; null where they cannot be read. */
  readonly tools: readonly string[] | null;
}

/** How a request for an answer exceeds its transaction; null when it does not. */
export function whyBeyond({ maxTokens, tools }: Pick<Transaction, "maxTokens" | "tools">, asked: Asked): string | null {
  if (maxTokens !== null && asked.maxTokens === 0) return `it must say that its answer has at most ${maxTokens} tokens`;
  if (maxTokens !== null && asked.maxTokens > maxTokens) return `its answer may have at most ${maxTokens} tokens`;
  if (tools === null) return null;
  if (asked.tools === null) return "its tools cannot be read";
  const other = asked.tools.find((name) => !tools.includes(name));
  return other === undefined ? null : `it may not offer the tool '${other}'`;
}
