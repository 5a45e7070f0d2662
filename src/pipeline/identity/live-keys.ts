import { FairleadError } from "../../core/errors.ts";
import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import { RecentIds } from "../../core/registry/recent-ids.ts";
import { RecordCache } from "../../core/registry/record-cache.ts";
import type { KeyNews } from "../../core/registry/key-news.ts";
import type { FoundKey, PolicyKeyEnd } from "../../core/registry/registered-key.ts";
import type { VerifiedKeys } from "../../core/verified-keys.ts";
import type { KeyRecord, KeyRing } from "../../ports/key-ring.ts";
import type { KeyRegistry } from "../../ports/key-registry.ts";

interface LiveKeysOptions {
  /** The keys that the Worker was built with. */
  readonly policy: Pick<KeyRing, "known">;
  readonly consumers: readonly CompiledConsumer[];
  readonly registry: Pick<KeyRegistry, "find">;
  /** What was verified by a key that has changed is forgotten there. */
  readonly verifiedKeys: Pick<VerifiedKeys, "forget">;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const NO_ENDS: ReadonlyMap<string, PolicyKeyEnd> = new Map();

/**
 * Every key this deployment has: those of the policy first, then those of the registry, of which an isolate remembers what it
 * asked for. News from the hub say what to forget; without any, a record is asked for again after five minutes.
 */
export class LiveKeys implements KeyRing {
  readonly #options: LiveKeysOptions;
  readonly #consumers: ReadonlyMap<string, CompiledConsumer>;
  readonly #records = new RecordCache<KeyRecord>();
  /** Ids that nobody has. */
  readonly #missing = new RecentIds();
  /** Ids that somebody has, but not with the secret that was tried. */
  readonly #tried = new RecentIds();
  #ends = NO_ENDS;
  #epoch = -1;

  constructor(options: LiveKeysOptions) {
    this.#options = options;
    this.#consumers = new Map(options.consumers.map((consumer) => [consumer.id, consumer]));
  }

  /** Of the newest news; -1 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  known(id: string): KeyRecord | null {
    const record = this.#options.policy.known(id);
    return record === null ? this.#records.fresh(id, this.#options.now()) : this.#ended(record);
  }

  /** @throws FairleadError `keys_unavailable` where the registry cannot be asked and nothing is remembered */
  async find(id: string): Promise<KeyRecord | null> {
    const now = this.#options.now();
    const known = this.known(id);
    if (known !== null || this.#missing.has(id, now)) return known;
    const found = await this.#ask(id);
    if (found === null) return this.#records.stale(id, now) ?? unavailable();
    if (found.key === null) {
      this.#missing.note(id, now);
      return null;
    }
    const record = this.#toRecord(found.key);
    this.#records.put(id, { record, epoch: found.epoch, readAt: now });
    return record;
  }

  async refuse(id: string, wasKnown: boolean): Promise<void> {
    const now = this.#options.now();
    if (wasKnown && !this.#tried.has(id, now)) await this.#ask(id);
    this.#tried.note(id, now);
  }

  /** Takes in what the hub tells. Never back: of two answers that cross, the later one stays. */
  follow(news: KeyNews): void {
    if (news.epoch <= this.#epoch) return;
    this.#epoch = news.epoch;
    this.#ends = new Map(news.ends.map((end) => [end.id, end]));
    const changed = news.changed === null ? null : new Set(news.changed);
    this.#records.forget(changed, news.epoch);
    this.#options.verifiedKeys.forget(changed);
  }

  /** The registry's word; null where it cannot be had. */
  async #ask(id: string): Promise<FoundKey | null> {
    const { registry } = this.#options;
    const ask = (): Promise<FoundKey | null> => registry.find(id).catch(() => null);
    const found = await ask();
    // Read before a change that the hub has told of meanwhile: the next look-up sees it.
    return found !== null && found.epoch < this.#epoch ? ask() : found;
  }

  #toRecord(key: NonNullable<FoundKey["key"]>): KeyRecord {
    const { consumer, expiresMs, hash, id, name, notBeforeMs, revokedMs, tenant } = key;
    return {
      key: { id, name, hash, notBeforeMs, expiresMs, revoked: revokedMs !== null, limits: [] },
      consumer: this.#consumers.get(`${tenant}/${consumer}`) ?? null,
    };
  }

  /** The policy's record, as it holds since then. */
  #ended(record: KeyRecord): KeyRecord {
    const end = this.#ends.get(record.key.id);
    if (end === undefined) return record;
    const { expiresMs, revoked } = record.key;
    const key = { ...record.key, revoked: revoked || end.revoked, expiresMs: Math.min(expiresMs ?? end.endsMs, end.endsMs) };
    return { ...record, key };
  }
}

/** @throws FairleadError always */
function unavailable(): never {
  throw new FairleadError("keys_unavailable", "Your API key cannot be looked up at present. Try again.", {
    retryAfterSeconds: 1,
  });
}
