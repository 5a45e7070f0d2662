import { MemoryRegistryStore } from "../../core/registry/memory-registry-store.ts";
import type { KeyAnnouncement } from "../../core/registry/key-news.ts";
import { Registry } from "../../core/registry/registry.ts";
import type { KeyRegistry } from "../../ports/key-registry.ts";

/** Keys in memory, by a clock of the caller's choice (epoch milliseconds); `tell` is who hears of changes. */
export function createMemoryKeyRegistry(now: () => number, tell: (announcement: KeyAnnouncement) => void): KeyRegistry {
  const store = new MemoryRegistryStore();
  const registry = new Registry(store);
  return {
    find: async (id) => registry.find(id),
    page: async (query) => registry.page(query),
    change: async (change) => {
      const changed = registry.change(change, now());
      if (changed.kind === "refused") return changed;
      tell(store.announcement());
      return { ...changed, isTold: true };
    },
  };
}
