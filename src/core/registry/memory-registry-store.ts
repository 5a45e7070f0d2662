import { compareText } from "../policy/problem.ts";
import { type KeyAnnouncement, NOTHING_ANNOUNCED } from "./key-news.ts";
import type { KeyQuery, RegisteredKey } from "./registered-key.ts";
import type { RegistryStore } from "./registry.ts";

/** What a registry knows, in memory. */
export class MemoryRegistryStore implements RegistryStore {
  readonly #keys = new Map<string, RegisteredKey>();
  #announcement = NOTHING_ANNOUNCED;

  key(id: string): RegisteredKey | null {
    return this.#keys.get(id) ?? null;
  }

  save(key: RegisteredKey): void {
    this.#keys.set(key.id, key);
  }

  page({ after, consumer, limit, tenant }: KeyQuery): readonly RegisteredKey[] {
    return [...this.#keys.values()]
      .filter((key) => key.tenant === tenant && (consumer === null || key.consumer === consumer) && key.id > after)
      .toSorted((left, right) => compareText(left.id, right.id))
      .slice(0, limit);
  }

  announcement(): KeyAnnouncement {
    return this.#announcement;
  }

  announce(announcement: KeyAnnouncement): void {
    this.#announcement = announcement;
  }
}
