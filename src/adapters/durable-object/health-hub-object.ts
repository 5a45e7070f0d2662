import { decodeHubReport } from "../../core/health/decode-hub-messages.ts";
import { Hub } from "../../core/health/hub.ts";
import { parseRecord } from "../../core/json/parse-record.ts";
import { decodeKeyAnnouncement } from "../../core/registry/decode-registry.ts";
import { newsSince } from "../../core/registry/key-news.ts";
import type { HubReply } from "../../ports/health-hub.ts";
import { AnnouncementTable } from "./announcement-table.ts";
import { ControlStore } from "./control-store.ts";
import { serveControl } from "./serve-control.ts";

/** Larger than any report that can be read. */
const MOST_CHARACTERS = 1_048_576;

/**
 * Where the isolates of one deployment meet. `POST /sync` takes what an isolate saw and answers what all of them did, and
 * with it what administrators decided and which keys changed, where the isolate has not heard of it; `/control` is the
 * administrators', `/keys` the key registry's. Health is in memory alone: an object that starts anew hears it again within
 * seconds. Decisions and keys are on disk.
 */
export class HealthHub {
  readonly #hub = new Hub(Date.now());
  readonly #store: ControlStore;
  readonly #keys: AnnouncementTable;

  constructor(state: DurableObjectState) {
    this.#store = new ControlStore(state.storage.sql);
    this.#keys = new AnnouncementTable(state.storage.sql);
  }

  async fetch(request: Request): Promise<Response> {
    const operation = `${request.method} ${new URL(request.url).pathname}`;
    if (operation === "POST /sync") return this.#sync(await request.text());
    if (operation === "POST /keys") return this.#hearOfKeys(await request.text());
    return (await serveControl(request, this.#store)) ?? new Response("No such operation.", { status: 404 });
  }

  #sync(text: string): Response {
    const question = text.length > MOST_CHARACTERS ? null : parseRecord(text);
    const report = question === null || question["report"] === null ? null : decodeHubReport(question["report"]);
    if (question === null || (report === null && question["report"] !== null)) {
      return new Response("Expected a report, or null, and a revision.", { status: 400 });
    }
    const now = Date.now();
    if (report !== null) this.#hub.absorb(report, now, Math.random());
    const { state } = this.#store;
    const reply: HubReply = {
      health: report === null ? null : this.#hub.answer(report.isolateId, now),
      control: question["revision"] === state.revision ? null : state,
      keys: newsSince(this.#keys.announcement, question["keys"]),
    };
    return Response.json(reply);
  }

  /** Never back: of two announcements that cross, the later one stays. */
  #hearOfKeys(text: string): Response {
    const announcement = text.length > MOST_CHARACTERS ? null : decodeKeyAnnouncement(parseRecord(text));
    if (announcement === null) return new Response("Expected an announcement of keys.", { status: 400 });
    if (announcement.epoch > this.#keys.announcement.epoch) this.#keys.save(announcement);
    return new Response(null, { status: 204 });
  }
}
