import { decodeHubReport } from "../../core/health/decode-hub-messages.ts";
import { Hub } from "../../core/health/hub.ts";
import { parseRecord } from "../../core/json/parse-record.ts";
import type { HubReply } from "../../ports/health-hub.ts";
import { ControlStore } from "./control-store.ts";
import { serveControl } from "./serve-control.ts";

/** Larger than any report that can be read. */
const MOST_CHARACTERS = 1_048_576;

/**
 * Where the isolates of one deployment meet. `POST /sync` takes what an isolate saw and answers what all of them did, and
 * with it what administrators decided where that has changed; `/control` is theirs. Health is in memory alone: an object that
 * starts anew hears it again within seconds. Decisions are on disk.
 */
export class HealthHub {
  readonly #hub = new Hub(Date.now());
  readonly #store: ControlStore;

  constructor(state: DurableObjectState) {
    this.#store = new ControlStore(state.storage.sql);
  }

  async fetch(request: Request): Promise<Response> {
    if (request.method === "POST" && new URL(request.url).pathname === "/sync") return this.#sync(await request.text());
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
    };
    return Response.json(reply);
  }
}
