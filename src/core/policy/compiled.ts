import type { Capability } from "../capability.ts";
import type { FailureClass } from "../failure.ts";
import type { Price } from "../usage.ts";
import type { DIALECT_NAMES } from "./dialect-names.ts";

/** A wire format, by the name policies and the registry of `dialects/` use. */
export type DialectName = (typeof DIALECT_NAMES)[number];

/** What a caller wants of a model. Legacy completions are `chat` in a dialect of their own. */
export type Operation = "chat" | "embeddings" | "count_tokens";

/** Version of the shape below; a Worker refuses what it does not know. */
export const COMPILED_FORMAT_VERSION = 1;

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
  readonly caps: CompiledCaps;
  readonly retryBudget: { readonly percent: number; readonly floorPerSecond: number };
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
}

export interface CompiledRoute {
  /** `namespace/policy/rule`. */
  readonly id: string;
  readonly tenant: string;
  /** Virtual models served; `x-*` matches a prefix. */
  readonly models: readonly string[];
  /** Priority groups, in order. */
  readonly groups: readonly { readonly name: string; readonly targets: readonly CompiledTarget[] }[];
  readonly failover: CompiledFailover;
  readonly timeouts: CompiledTimeouts;
  readonly cache: { readonly exactTtlSeconds: number } | null;
  /** Capabilities every target asked must have. */
  readonly require: readonly Capability[];
  /** What happens to a part of a request that a target's dialect cannot say: 400, or left out with a warning. */
  readonly unsupported: "Refuse" | "Drop";
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
}

export interface CompiledFailover {
  readonly on: readonly FailureClass[];
  readonly maxAttempts: number;
}

/** Milliseconds. `ttft` counts from dispatch to the first content; `idle` between bytes; `total` over everything. */
export interface CompiledTimeouts {
  readonly ttftMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

export interface CompiledConsumer {
  /** `namespace/name`. */
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly keys: readonly CompiledKey[];
  readonly tags: Readonly<Record<string, string>>;
  /** Virtual models this consumer may call; null means all of its tenant's. */
  readonly allowModels: readonly string[] | null;
}

/** One API key at rest. Times are epoch milliseconds. */
export interface CompiledKey {
  /** The public part of the key: 12 base62 characters. */
  readonly id: string;
  readonly name: string;
  /** `v1:<64 hex>`: pepper version and HMAC-SHA-256(pepper, whole key). */
  readonly hash: string;
  readonly notBeforeMs: number | null;
  readonly expiresMs: number | null;
  readonly revoked: boolean;
}
