import { decodeFoundKey, decodeKeyChanged, decodeKeyPage } from "../../core/registry/decode-registry.ts";
import type { KeyRegistry } from "../../ports/key-registry.ts";
import type { ObjectNamespace } from "./objects.ts";

/** The registry object of this deployment. */
export function createDurableKeyRegistry(objects: ObjectNamespace, name: string): KeyRegistry {
  return {
    find: async (id) => decodeFoundKey(await objects.fetch(name, `/find?id=${encodeURIComponent(id)}`)) ?? refuse("to a look-up"),
    page: async (query) => decodeKeyPage(await objects.fetch(name, "/page", query)) ?? refuse("with a page"),
    change: async (change) => decodeKeyChanged(await objects.fetch(name, "/change", change)) ?? refuse("to a change"),
  };
}

/** @throws Error always */
function refuse(what: string): never {
  throw new Error(`The key registry did not answer ${what} as a registry does.`);
}
