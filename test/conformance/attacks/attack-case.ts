import type { ChaosUpstream } from "../../rigs/chaos-upstream/index.ts";
import type { TokenIssuer } from "../../rigs/token-issuer/token-issuer.ts";
import { findEnvelopeFault } from "../error-envelope.ts";
import type { RawOptions, RawResponse } from "../raw-client.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";

/** What a case may use: a running router, its upstreams and keys. */
export interface AttackContext {
  readonly url: string;
  readonly adminUrl: string;
  /** `127.0.0.1:PORT`, as the Host header says it. */
  readonly host: string;
  readonly key: string;
  readonly adminKey: string;
  /** Of workerd. */
  readonly pid: number;
  /** Well-formed keys of every state that is refused; `elsewhere`: good, but for another environment. */
  readonly keys: Readonly<Record<"elsewhere" | "expired" | "inactive" | "revoked" | "unknown", string>>;
  /** The credential that the chaos upstream must get, and no caller may see. */
  readonly providerKey: string;
  readonly secrets: readonly string[];
  readonly chaos: ChaosUpstream;
  readonly hostile: HostileUpstream;
  /** Whose tokens the router accepts. */
  readonly issuer: TokenIssuer;
  /** `performance.now()` when the router began. */
  readonly startedAt: number;
  rawRequest(bytes: Uint8Array | string, options?: RawOptions): Promise<RawResponse>;
}

export interface AttackExpectation {
  readonly status: readonly number[];
  readonly code?: string | readonly string[];
  readonly param?: string;
  /** Default: 0 where the status is 4xx, else any number. */
  readonly upstreamCalls?: number;
  /** workerd answers by itself: there is no envelope. */
  readonly byPlatform?: true;
  /** What else is wrong with the answer; null when nothing is. */
  readonly check?: (response: RawResponse, context: AttackContext) => string | null | Promise<string | null>;
}

/** A row of the attack table; several inputs of one row are several cases. @see test/README.md */
export interface AttackCase {
  readonly id: string;
  readonly title: string;
  /** Takes seconds by its nature: only with FAIRLEAD_FULL=1. */
  readonly slow?: true;
  readonly send: (context: AttackContext) => Promise<RawResponse>;
  readonly expect: AttackExpectation;
}

/** Runs one case. Returns what is wrong, or null. The rigs' logs start anew. */
export async function runAttack(attack: AttackCase, context: AttackContext): Promise<string | null> {
  context.chaos.reset();
  context.hostile.reset();
  const response = await attack.send(context);
  const fault = findAttackFault(response, attack.expect, context) ?? (await attack.expect.check?.(response, context)) ?? null;
  return fault === null ? null : `${fault}\n${response.wire.slice(0, 800)}`;
}

function findAttackFault(response: RawResponse, expected: AttackExpectation, context: AttackContext): string | null {
  const { status, byPlatform } = expected;
  if (!status.includes(response.status)) return `status ${response.status} (${response.ended}), expected ${status.join(" or ")}`;
  if (context.secrets.some((secret) => response.wire.includes(secret))) return "a secret is in the response";
  if (byPlatform === true || response.status < 400) return null;
  return findEnvelopeFault(response) ?? findVerdictFault(response, expected, context);
}

function findVerdictFault(response: RawResponse, expected: AttackExpectation, { chaos, hostile }: AttackContext): string | null {
  const { code, param, upstreamCalls = response.status < 500 ? 0 : undefined } = expected;
  const error = readError(response.body);
  const codes = typeof code === "string" ? [code] : code;
  if (codes !== undefined && !codes.includes(String(error.code)))
    return `code ${String(error.code)}, expected ${codes.join(" or ")}`;
  if (param !== undefined && error.param !== param) return `param ${String(error.param)}, expected ${param}`;
  const calls = chaos.attempts().length + hostile.requests().length;
  return upstreamCalls !== undefined && calls !== upstreamCalls ? `${calls} upstream calls, expected ${upstreamCalls}` : null;
}

/** The `error` of a body that has been found to be an envelope. */
function readError(body: string): { readonly code?: unknown; readonly param?: unknown; readonly message?: unknown } {
  const parsed: { readonly error: { readonly code?: unknown } } = JSON.parse(body);
  return parsed.error;
}
