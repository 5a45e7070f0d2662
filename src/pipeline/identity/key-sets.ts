import { isRecord } from "../../core/json/is-record.ts";
import { type KeySet, readKeySet } from "../../core/identity/verify-token.ts";
import { checkBaseUrl } from "../../core/policy/check-base-url.ts";
import type { CompiledKeyLocation, CompiledTokenRules } from "../../core/policy/compiled-authentication.ts";
import type { IssuerDocuments } from "../../ports/issuer-documents.ts";
import type { Run } from "../deps.ts";

/** How old a set may be before it must be fetched anew: how long a key that was withdrawn may still be believed. */
const MAX_AGE_MS = 10 * 60_000;
/** From then on it is fetched beside requests, so that none has to wait. */
const REFRESH_AGE_MS = 8 * 60_000;
/** While it cannot be had, the last one is used so long. */
const STALE_IF_ERROR_MS = 24 * 3_600_000;
/** Between two fetches of a set, whatever is asked of it: nobody outside decides how often an issuer is called. */
const COOLDOWN_MS = 30_000;
/** The same while there is no set at all, and every token is refused for it. */
const COLD_COOLDOWN_MS = 5_000;
const PATIENCE_MS = 3_000;

type KeyRun = Pick<Run, "now" | "sleep" | "defer">;
type Rules = Pick<CompiledTokenRules, "issuer" | "keys">;

/** Keys that may be used until then, epoch milliseconds. */
export interface FreshKeys {
  readonly keys: KeySet;
  readonly freshUntil: number;
}

interface Known {
  fresh: FreshKeys | null;
  fetchedAt: number;
  triedAt: number;
  underWay: Promise<void> | null;
  /** Why the last fetch gave nothing. */
  trouble: string | null;
}

/** The public keys of issuers, kept in the isolate. One fetch is under way for a set at a time, and at most one begins in 30 s. */
export class KeySets {
  readonly #documents: IssuerDocuments;
  /** By address: as many as the policy names. */
  readonly #known = new Map<string, Known>();

  constructor(documents: IssuerDocuments) {
    this.#documents = documents;
  }

  /** The set as it is known; fetched where there is none, or it is too old. A reason where there is none to use. */
  async current(rules: Rules, run: KeyRun): Promise<FreshKeys | { readonly trouble: string }> {
    const known = this.#of(rules.keys);
    const age = run.now() - known.fetchedAt;
    if (known.fresh === null || age >= MAX_AGE_MS) await this.#refresh(rules, run);
    else if (age >= REFRESH_AGE_MS) void this.#refresh(rules, run);
    const { fetchedAt, fresh, trouble } = known;
    return fresh !== null && run.now() - fetchedAt < STALE_IF_ERROR_MS ? fresh : { trouble: trouble ?? "it is being fetched" };
  }

  /** A set that was fetched after this one, because a token names a key that it has not; null where there is none yet. */
  async newer(rules: Rules, than: FreshKeys, run: KeyRun): Promise<FreshKeys | null> {
    await this.#refresh(rules, run);
    const { fresh } = this.#of(rules.keys);
    return fresh?.keys === than.keys ? null : fresh;
  }

  /** Resolves when a fetch has ended, or at once where none may begin. */
  async #refresh(rules: Rules, run: KeyRun): Promise<void> {
    const known = this.#of(rules.keys);
    if (known.underWay !== null) {
      // It ends with the request that it belongs to: another waits no longer than it may take.
      await Promise.race([known.underWay, run.sleep(PATIENCE_MS)]);
      if (run.now() - known.triedAt >= PATIENCE_MS) known.underWay = null;
      return;
    }
    const now = run.now();
    if (now - known.triedAt < (known.fresh === null ? COLD_COOLDOWN_MS : COOLDOWN_MS)) return;
    known.triedAt = now;
    known.underWay = this.#fetch(rules, known, run).finally(() => {
      known.underWay = null;
    });
    run.defer(known.underWay);
    await known.underWay;
  }

  async #fetch(rules: Rules, known: Known, run: KeyRun): Promise<void> {
    const startedAt = run.now();
    const read = await this.#read(rules, startedAt + PATIENCE_MS, run);
    const keys = typeof read === "string" ? null : readKeySet(read.document);
    known.trouble = typeof read === "string" ? read : keys === null ? "it is no set of at most 50 keys" : null;
    const now = run.now();
    if (keys !== null) {
      known.fresh = { keys, freshUntil: now + MAX_AGE_MS };
      known.fetchedAt = now;
    } else if (known.fresh !== null) known.fresh = { ...known.fresh, freshUntil: now + COOLDOWN_MS };
  }

  async #read({ issuer, keys }: Rules, until: number, run: KeyRun): Promise<{ readonly document: unknown } | string> {
    const first = await this.#documents.read(keys.url, until - run.now());
    if (first.kind === "unavailable") return first.message;
    if (keys.kind === "jwks") return first;
    const url = jwksUrlIn(first.document, issuer, keys.allowedOrigins);
    if (url === null) return "its configuration names no key set that may be fetched";
    const second = await this.#documents.read(url, Math.max(1, until - run.now()));
    return second.kind === "unavailable" ? second.message : second;
  }

  #of({ url }: CompiledKeyLocation): Known {
    const known = this.#known.get(url) ?? {
      fresh: null,
      fetchedAt: Number.NEGATIVE_INFINITY,
      triedAt: Number.NEGATIVE_INFINITY,
      underWay: null,
      trouble: null,
    };
    this.#known.set(url, known);
    return known;
  }
}

/** Where an issuer's own document says its keys are: it must be this issuer's, and the place one that policy would allow. */
function jwksUrlIn(document: unknown, issuer: string | null, allowedOrigins: readonly string[]): string | null {
  if (!isRecord(document) || document["issuer"] !== issuer) return null;
  const url = document["jwks_uri"];
  const checked = typeof url === "string" ? checkBaseUrl(url, new Set(allowedOrigins)) : null;
  return checked?.kind === "accepted" ? checked.baseUrl : null;
}
