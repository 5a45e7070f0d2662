import type { CompiledAdmin } from "./compiled-admin.ts";
import type { Capability } from "../capability.ts";
import type { PatternProgram } from "../expression/pattern-program.ts";
import type { FailureClass } from "../failure.ts";
import type { Price } from "../usage.ts";
import type { CompiledRole } from "./compiled-access.ts";
import type { CompiledAuthentication } from "./compiled-authentication.ts";
import type { CompiledCache, CompiledCacheSettings } from "./compiled-cache.ts";
import type { CompiledConsumer, CompiledLimit } from "./compiled-consumer.ts";
import type { DIALECT_NAMES } from "./dialect-names.ts";

/** A wire format, by the name policies and the registry of `dialects/` use. */
export type DialectName = (typeof DIALECT_NAMES)[number];

/** What a caller wants of a model. Legacy completions are `chat` in a dialect of their own. */
export type Operation = "chat" | "embeddings" | "count_tokens";

/** Version of the shape below; a Worker refuses what it does not know. */
export const COMPILED_FORMAT_VERSION = 5;

/** The whole policy as data: one deterministic JSON document. `linkPolicy` turns it into tables at load. */
export interface CompiledPolicy {
  readonly formatVersion: typeof COMPILED_FORMAT_VERSION;
  /** Ordering of policies: a later (epoch, generation) replaces an earlier one, never the reverse. */
  readonly epoch: number;
  readonly generation: number;
  /** SHA-256 (hex) of the canonical JSON of `gateway`, `providers`, `routes` and `consumers`. */
  readonly digest: string;
  readonly gateway: CompiledGateway;
  readonly providers: readonly CompiledProvider[];
  readonly routes: readonly CompiledRoute[];
  readonly consumers: readonly CompiledConsumer[];
}

/** One deployment: who may be addressed, what is capped, how much extra load retries may cause. */
export interface CompiledGateway {
  readonly name: string;
  /** Host names served (lower case, without port); empty means every host. */
  readonly hosts: readonly string[];
  readonly authentication: CompiledAuthentication;
  readonly roles: readonly CompiledRole[];
  readonly caps: CompiledCaps;
  readonly retryBudget: { readonly percent: number; readonly floorPerSecond: number };
  readonly location: CompiledLocation;
  /** By where a request came from, in order; where none names it, `location` holds. */
  readonly regions: readonly CompiledRegion[];
  /** Roles whose callers may ask how a request was decided. */
  readonly explainRoles: readonly string[];
  readonly ledger: CompiledLedger;
  readonly admin: CompiledAdmin;
  readonly cache: CompiledCacheSettings;
  readonly idempotency: CompiledIdempotency;
}

/** What becomes of a duplicate while the first request under its key is under way, and how long an outcome is kept. */
export interface CompiledIdempotency {
  readonly concurrent: "Wait" | "Conflict";
  readonly keepMs: number;
}

/** How the books are kept. */
export interface CompiledLedger {
  /** What a request has reserved is held so long without a word. */
  readonly leaseMs: number;
  /** Null: in Durable Objects. */
  readonly redis: CompiledRedis | null;
}

/** A Redis that speaks Upstash's REST protocol; its token is the value of a variable, and goes to this address alone. */
export interface CompiledRedis {
  /** Without trailing slash. */
  readonly baseUrl: string;
  readonly variable: string;
  /** Who decides limits on requests in a sliding window. */
  readonly requestRates: "ledger" | "upstash-ratelimit";
}

export interface CompiledLocation {
  readonly region: string | null;
  readonly zone: string | null;
  readonly jurisdiction: string | null;
}

export interface CompiledRegion {
  readonly region: string;
  readonly countries: readonly string[];
  readonly continents: readonly string[];
}

/** Upper bounds; all configurable downward only. */
export interface CompiledCaps {
  readonly chatBodyBytes: number;
  readonly embeddingsBodyBytes: number;
  readonly messages: number;
  readonly tools: number;
  readonly liveStreams: number;
}

export interface CompiledProvider {
  /** `namespace/name`. */
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  /** The wire format in which it is asked where the caller speaks one it does not. */
  readonly dialect: DialectName;
  /** Every wire format it speaks at this base URL, `dialect` first: a caller of one of them is forwarded natively. */
  readonly natives: readonly DialectName[];
  /** Whose opaque state (thinking signatures, encrypted reasoning) it reads; null: what the dialect says of the model. */
  readonly family: string | null;
  /** `simulator` answers inside the Worker; everything else is an HTTP origin. */
  readonly transport: "http" | "simulator";
  /** Base URL without trailing slash; `simulator:` providers have `http://simulator.invalid`. */
  readonly baseUrl: string;
  /** Path and query templates that replace the dialect's own, with `{model}`; `stream` where it differs from `chat`. */
  readonly paths: Readonly<Partial<Record<Operation | "stream", string>>>;
  /** How the credential is sent; null when the provider takes none. */
  readonly auth: CompiledAuth | null;
  readonly credentials: readonly CompiledCredential[];
  /** Whose transaction tokens it is passed; null: nobody's. */
  readonly trustDomain: string | null;
  /** Whether what its answers show keeps later requests away. */
  readonly health: boolean;
  readonly quirks: CompiledQuirks;
}

export type CompiledAuth =
  | { readonly kind: "header"; readonly header: string; readonly prefix: string }
  /** AWS Signature Version 4. The secret is `ACCESS_KEY_ID:SECRET_ACCESS_KEY` or `…:SESSION_TOKEN`. */
  | { readonly kind: "sigv4"; readonly region: string; readonly service: string }
  /** OAuth token of a Google service account. The secret is its JSON key file. */
  | { readonly kind: "google-service-account" };

/** How a backend differs from what its dialect documents. */
export interface CompiledQuirks {
  /** Accepts `stream_options.include_usage`. */
  readonly streamUsage: boolean;
  /** Streams and answers are mended before they pass, even where the caller speaks the same dialect. */
  readonly repair: boolean;
  /** The field that limits a chat answer: newer OpenAI models refuse `max_tokens`, most others know nothing else. */
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
  /** Knows the role `developer`; without it, it is sent as `system`. */
  readonly developerRole: boolean;
  /** `alnum9`: tool call ids must be nine letters or digits. */
  readonly callIds: "any" | "alnum9";
  /** The value of `anthropic-version` where the caller sent none. */
  readonly anthropicVersion: "2023-06-01" | "2026-10-21";
}

/** A credential is a variable name here, never a value, and is bound to the origin it may be sent to. */
export interface CompiledCredential {
  readonly name: string;
  readonly variable: string;
  readonly origin: string;
  /** What the provider lets it do. */
  readonly limits: readonly CompiledLimit[];
}

/** One rule of a RoutingPolicy. Rules of one policy stand together, in order. */
export interface CompiledRoute {
  /** `namespace/policy/rule`. */
  readonly id: string;
  readonly tenant: string;
  /** Virtual models served by the policy; `x-*` matches a prefix. */
  readonly models: readonly string[];
  /** Limits and budgets of those models, each of one model. */
  readonly limits: readonly CompiledLimit[];
  readonly mode: "Enforce" | "Shadow";
  /** One of them must hold; empty means always. */
  readonly matches: readonly CompiledMatch[];
  /** What always gets the same variant; null when there is one variant only. */
  readonly splitBy: CompiledAffinity | null;
  /** Percentages add up to 100. */
  readonly variants: readonly CompiledVariant[];
  readonly locality: CompiledLocality;
  readonly priority: Priority;
  readonly callerPreferences: boolean;
  readonly mirror: { readonly percent: number; readonly target: CompiledTarget } | null;
  readonly failover: CompiledFailover;
  readonly timeouts: CompiledTimeouts;
  readonly cache: CompiledCache | null;
  /** Capabilities every target asked must have. */
  readonly require: readonly Capability[];
  /** What happens to a part of a request that a target's dialect cannot say: 400, or left out with a warning. */
  readonly unsupported: "Refuse" | "Drop";
}

/** Who is refused first when a target has all the requests it can take. */
export type Priority = "interactive" | "batch";

/** Everything stated must hold; null and empty state nothing. */
export interface CompiledMatch {
  readonly models: readonly string[];
  readonly callers: readonly string[];
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly request: CompiledRequestMatch | null;
  readonly time: CompiledTimeWindow | null;
  readonly cel: string | null;
  /** What `cel` searches texts for, by pattern. */
  readonly patterns: Readonly<Record<string, PatternProgram>>;
}

/** Null states nothing. Tokens as estimated from the request's size, both ends included. */
export interface CompiledRequestMatch {
  readonly stream: boolean | null;
  readonly tools: boolean | null;
  readonly images: boolean | null;
  readonly audio: boolean | null;
  readonly jsonSchema: boolean | null;
  readonly minTokens: number | null;
  readonly maxTokens: number | null;
}

/** `days`: 0 is Sunday. Minutes of the day; `toMinute` is not included, and lies on the next day where it is not later. */
export interface CompiledTimeWindow {
  readonly days: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly timeZone: string;
}

/** What requests that belong together have in common. */
export type CompiledAffinity =
  | { readonly kind: "caller" | "key" | "prefix" }
  | { readonly kind: "header"; readonly name: string };

export interface CompiledVariant {
  /** Null where the rule has one variant only. */
  readonly name: string | null;
  readonly percent: number;
  /** Priority groups, in order. */
  readonly groups: readonly CompiledGroup[];
}

export type CompiledGroup =
  | { readonly name: string; readonly balance: CompiledBalance; readonly targets: readonly CompiledTarget[] }
  /** The groups of another virtual model. */
  | { readonly name: string; readonly model: string };

export type CompiledBalance =
  | { readonly kind: "weighted" }
  /** Price counts as a factor to the power of `costExponent`, 0 to 1. */
  | { readonly kind: "least-latency"; readonly costExponent: number }
  | CompiledLeastCost
  | { readonly kind: "least-in-flight" }
  | { readonly kind: "hash"; readonly by: CompiledAffinity };

/** Null is no limit. */
export interface CompiledLeastCost {
  readonly kind: "least-cost";
  readonly maxInputMicroUsdPerMillion: number | null;
  readonly maxOutputMicroUsdPerMillion: number | null;
  readonly minTokensPerSecond: number | null;
  readonly maxTtftMs: { readonly p50: number | null; readonly p90: number | null; readonly p99: number | null };
}

export interface CompiledLocality {
  readonly prefer: "region" | "zone" | null;
  readonly spill: "never" | "when-unavailable" | "when-busy";
  /** Empty means any. */
  readonly jurisdictions: readonly string[];
}

export interface CompiledTarget {
  /** `CompiledProvider.id`. */
  readonly provider: string;
  /** The model as the provider names it. */
  readonly model: string;
  readonly weight: number;
  readonly price: Price | null;
  /** What the model can do; null when nothing is known. */
  readonly capabilities: readonly Capability[] | null;
  readonly contextTokens: number | null;
  /** The model's ceiling of output tokens. */
  readonly maxOutputTokens: number | null;
  readonly location: CompiledLocation;
}

export interface CompiledFailover {
  readonly on: readonly FailureClass[];
  readonly maxAttempts: number;
  readonly hedge: CompiledHedge | null;
}

/** A second target is asked after that percentile of the first one's times to content. */
export interface CompiledHedge {
  readonly afterPercentile: number;
  readonly minDelayMs: number;
  /** Null is no limit. */
  readonly maxExtraMicroUsd: number | null;
}

/** Milliseconds. `ttft` counts from dispatch to the first content; `idle` between bytes; `total` over everything. */
export interface CompiledTimeouts {
  readonly ttftMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}
