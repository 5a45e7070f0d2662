import { parseRecord } from "../../core/json/parse-record.ts";
import { decodeKeyChange, decodeKeyQuery } from "../../core/registry/decode-registry.ts";
import { type Change, Registry } from "../../core/registry/registry.ts";
import type { KeyChange } from "../../core/registry/registered-key.ts";
import { HUB_NAME } from "./health-hub.ts";
import { KeyTables } from "./key-tables.ts";
import { createObjectNamespace, type NamespaceBinding, type ObjectNamespace } from "./objects.ts";

/** What a hub that does not answer may hold up a change. */
const HUB_TIMEOUT_MS = 2_000;
/** A hub that has not heard of a change is told again, for as long as it takes. */
const RETRY_MS = 1_000;

interface RegistryEnv {
  readonly HEALTH_HUB: NamespaceBinding;
}

/**
 * The API keys made while the router runs. `GET /find?id=…` looks one up, `POST /page` lists a tenant's, `POST /change` makes,
 * rotates or revokes one and tells the hub, from which every isolate hears. What the hub has not heard is on the disk
 * with the change, and an alarm tells it again.
 */
export class KeyRegistry {
  readonly #state: DurableObjectState;
  readonly #tables: KeyTables;
  readonly #registry: Registry;
  readonly #hubs: ObjectNamespace;

  constructor(state: DurableObjectState, env: RegistryEnv) {
    this.#state = state;
    this.#tables = new KeyTables(state.storage.sql);
    this.#registry = new Registry(this.#tables);
    this.#hubs = createObjectNamespace(env.HEALTH_HUB, HUB_TIMEOUT_MS);
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "GET /find":
        return Response.json(this.#registry.find(searchParams.get("id") ?? ""));
      case "POST /page": {
        const query = decodeKeyQuery(parseRecord(await request.text()));
        return query === null ? refuse("a query") : Response.json(this.#registry.page(query));
      }
      case "POST /change": {
        const change = decodeKeyChange(parseRecord(await request.text()));
        return change === null ? refuse("a change") : Response.json(await this.#change(change));
      }
      default:
        return new Response("No such operation.", { status: 404 });
    }
  }

  async alarm(): Promise<void> {
    if (!(await this.#tell())) await this.#state.storage.setAlarm(Date.now() + RETRY_MS);
  }

  async #change(change: KeyChange): Promise<object> {
    const changed = this.#apply(change);
    if (changed.kind === "refused") return changed;
    if (this.#tables.isTold) return { ...changed, isTold: true };
    // Set with the change itself: an object that ends before the hub has answered tells it when it is back.
    void this.#state.storage.setAlarm(Date.now() + RETRY_MS);
    return { ...changed, isTold: await this.#tell() };
  }

  /** All of it or nothing. */
  #apply(change: KeyChange): Change {
    try {
      return this.#state.storage.transactionSync(() => this.#registry.change(change, Date.now()));
    } catch (error) {
      this.#tables.restore();
      throw error;
    }
  }

  /** Whether the hub knows all that there is to know. */
  async #tell(): Promise<boolean> {
    if (this.#tables.isTold) return true;
    const announcement = this.#tables.announcement();
    return this.#hubs.fetch(HUB_NAME, "/keys", announcement).then(
      () => {
        this.#tables.noteTold(announcement.epoch);
        return true;
      },
      () => false,
    );
  }
}

function refuse(what: string): Response {
  return new Response(`Expected ${what}.`, { status: 400 });
}
