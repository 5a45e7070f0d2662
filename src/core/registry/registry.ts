import { announceChange, type KeyAnnouncement, MOST_ENDS } from "./key-news.ts";
import type {
  FoundKey,
  KeyChange,
  KeyChanged,
  KeyQuery,
  NewKey,
  PolicyKey,
  PolicyKeyEnd,
  RegisteredKey,
} from "./registered-key.ts";

/** Where a registry keeps what it knows. What one change writes is kept whole or not at all. */
export interface RegistryStore {
  key(id: string): RegisteredKey | null;
  save(key: RegisteredKey): void;
  /** In the order of ids. */
  page(query: KeyQuery): readonly RegisteredKey[];
  announcement(): KeyAnnouncement;
  announce(announcement: KeyAnnouncement): void;
}

export type Change = Exclude<KeyChanged, { readonly kind: "changed" }> | Omit<Extract<KeyChanged, { kind: "changed" }>, "isTold">;
type Ending = Extract<KeyChange, { readonly inPolicy: PolicyKey | null }>;

/** The keys made while the router runs, and what became of those in its policy. `now` is epoch milliseconds. */
export class Registry {
  readonly #store: RegistryStore;

  constructor(store: RegistryStore) {
    this.#store = store;
  }

  find(id: string): FoundKey {
    return { key: this.#store.key(id), epoch: this.#store.announcement().epoch };
  }

  page(query: KeyQuery): readonly RegisteredKey[] {
    return this.#store.page(query);
  }

  change(change: KeyChange, now: number): Change {
    switch (change.action) {
      case "create":
        return this.#create(change.key, now) ?? this.#done(null);
      case "rotate":
        return this.#rotate(change, now);
      case "revoke":
        return this.#end(change, { endsMs: now, revoked: true }, now);
    }
  }

  /** A key that nobody was given yet is news to nobody: the epoch stays. */
  #create(key: NewKey, now: number): Change | null {
    if (this.#store.key(key.id) !== null) return refused("conflict", `There is a key '${key.id}' already.`);
    this.#store.save({ ...key, createdMs: now, revokedMs: null });
    return null;
  }

  #rotate(change: Extract<KeyChange, { readonly action: "rotate" }>, now: number): Change {
    const { id, inPolicy, overlapMs, successor } = change;
    const isRevoked = inPolicy === null ? (this.#own(change)?.revokedMs ?? null) !== null : this.#endOf(id)?.revoked === true;
    if (isRevoked) return refused("conflict", `Key '${id}' was revoked: create a new one.`);
    if (inPolicy === null && this.#own(change) === null) return unknown(id);
    return this.#create(successor, now) ?? this.#end(change, { endsMs: now + overlapMs, revoked: false }, now);
  }

  #end(change: Ending, end: Pick<PolicyKeyEnd, "endsMs" | "revoked">, now: number): Change {
    const { id, inPolicy } = change;
    if (inPolicy !== null) return this.#endInPolicy({ id, ...inPolicy, ...end }, now);
    const key = this.#own(change);
    if (key === null) return unknown(id);
    if (end.revoked && key.revokedMs !== null) return this.#done(key.revokedMs);
    const expiresMs = Math.min(key.expiresMs ?? end.endsMs, end.endsMs);
    this.#store.save(end.revoked ? { ...key, revokedMs: end.endsMs } : { ...key, expiresMs });
    return this.#tell(id, end.revoked ? end.endsMs : expiresMs, now);
  }

  #endInPolicy(end: PolicyKeyEnd, now: number): Change {
    const before = this.#endOf(end.id);
    if (before?.revoked === true) return this.#done(before.endsMs);
    const endsMs = Math.min(end.endsMs, before?.endsMs ?? end.endsMs, end.expiresMs ?? end.endsMs);
    const announcement = this.#store.announcement();
    // What the policy refuses by itself need not be told.
    const others = announcement.ends.filter(({ expiresMs, id }) => id !== end.id && (expiresMs === null || expiresMs > now));
    if (others.length >= MOST_ENDS)
      return refused(
        "conflict",
        `At most ${MOST_ENDS} keys of the policy can be ended here. Write 'revoked: true' into the policy and deploy it.`,
      );
    this.#store.announce({ ...announcement, ends: [...others, { ...end, endsMs }] });
    return this.#tell(end.id, endsMs, now);
  }

  #tell(id: string, endsMs: number, now: number): Change {
    this.#store.announce(announceChange(this.#store.announcement(), id, now));
    return this.#done(endsMs);
  }

  #done(endsMs: number | null): Change {
    return { kind: "changed", epoch: this.#store.announcement().epoch, endsMs };
  }

  /** Another tenant's key is one that does not exist. */
  #own({ id, tenant }: Pick<Ending, "id" | "tenant">): RegisteredKey | null {
    const key = this.#store.key(id);
    return key?.tenant === tenant ? key : null;
  }

  #endOf(id: string): PolicyKeyEnd | null {
    return this.#store.announcement().ends.find((end) => end.id === id) ?? null;
  }
}

function unknown(id: string): Change {
  return refused("unknown", `There is no key '${id}'.`);
}

function refused(reason: "unknown" | "conflict", message: string): Change {
  return { kind: "refused", reason, message };
}
