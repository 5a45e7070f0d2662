import type { FailureClass } from "../failure.ts";
import type { Price } from "../usage.ts";

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
  readonly dialect: "openai-chat";
  /** `simulator` answers inside the Worker; everything else is an HTTP origin. */
  readonly transport: "http" | "simulator";
  /** Base URL without trailing slash; `simulator:` providers have `http://simulator.invalid`. */
  readonly baseUrl: string;
  /** How the credential is sent; null when the provider takes none. */
  readonly auth: { readonly header: string; readonly prefix: string } | null;
  readonly credentials: readonly CompiledCredential[];
  readonly quirks: { readonly streamUsage: boolean };
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
}

export interface CompiledTarget {
  /** `CompiledProvider.id`. */
  readonly provider: string;
  /** The model as the provider names it. */
  readonly model: string;
  readonly weight: number;
  readonly price: Price | null;
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
