import { isRecord } from "../../core/json/is-record.ts";
import { parseExact, writeJson } from "../../core/json/exact-json.ts";
import { createReaderMeter } from "../canonical/reader-meter.ts";
import type { StreamReading, StreamRepair } from "../stream.ts";
import { SseFramer } from "../sse/sse-framer.ts";
import { OPENAI_FAMILY } from "./dialect-name.ts";
import { ItemIndex } from "./item-index.ts";
import { type Event, ItemMender, type Wire } from "./item-mender.ts";
import { KNOWN_EVENTS } from "./known-events.ts";
import { mintId } from "./repair-answer.ts";
import { errorLines, failedLines, wordsOfFailure } from "./encode-error.ts";
import { responseObject } from "./response-object.ts";
import { RESPONSES_CAPS, ResponsesReader } from "./stream-reader.ts";

/**
 * Mends a Responses stream of a backend that is not OpenAI. Events that fit pass as they came; one response id, one item at a
 * time, nothing that SDKs throw at, every text announced before it comes, every item in the final response.
 */
export class StreamMender implements StreamRepair {
  readonly #meter = createReaderMeter(new ResponsesReader({ seed: "", family: OPENAI_FAMILY }));
  readonly #framer = new SseFramer({ event: (_name, data) => this.#event(data), run: () => {} }, RESPONSES_CAPS);
  readonly #items = new ItemIndex(() => new ItemMender({ emit: (wire) => this.#write(wire), place: (id) => this.#place(id) }));
  readonly #ids = new Set<string>();
  #out = "";
  #active: ItemMender | null = null;
  #responseId: string | null = null;
  #begun = 0;
  #next = 0;
  /** An `error` event of the backend's has passed. */
  #hasError = false;
  #isFailureTold = false;

  get reading(): StreamReading {
    return this.#meter.reading;
  }

  push(text: string): void {
    this.mend(text);
  }

  end(): void {
    this.mendEnd();
  }

  mend(text: string): string {
    this.#meter.push(text);
    this.#out = "";
    this.#framer.push(text);
    return this.#out + this.#tellFailure();
  }

  mendEnd(): string {
    this.#meter.end();
    this.#out = "";
    this.#framer.end();
    return this.#out + this.#tellFailure();
  }

  /** How a stream that has begun ends where it fails: SDKs raise at the first event, Codex takes the second. */
  #tellFailure(): string {
    const { errorTold, failure } = this.reading;
    const isSilent = failure === null || errorTold || this.#isFailureTold || this.#next === 0;
    if (isSilent) return "";
    this.#isFailureTold = true;
    const words = wordsOfFailure(failure);
    const told = this.#hasError ? "" : errorLines(words, this.#next++);
    const response = responseObject(
      {},
      {
        id: this.#responseId ?? mintId(words.message, 0),
        createdSeconds: 0,
        model: "",
        status: "failed",
        incompleteReason: null,
        error: { code: words.code, message: words.message },
        output: [],
        usage: null,
      },
    );
    return told + failedLines(JSON.stringify(response), this.#next++);
  }

  #event(data: string): null {
    if (data === "[DONE]" && this.#responseId !== null) this.#out += "data: [DONE]\n\n";
    const event = parse(data);
    const type = event?.["type"];
    if (event === null || typeof type !== "string" || !KNOWN_EVENTS.has(type)) return null;
    const wire = { event, data };
    if (type === "error") {
      this.#hasError = true;
      this.#write(wire);
    } else if (isRecord(event["response"])) this.#takeLifecycle(wire, event["response"]);
    else this.#takeItem(wire);
    return null;
  }

  #takeLifecycle(wire: Wire, response: Event): void {
    this.#ensureCreated(response, wire.event["type"] === "response.created");
    const isEnd = !["response.created", "response.queued", "response.in_progress"].includes(String(wire.event["type"]));
    const isFailed = wire.event["type"] === "response.failed";
    const output = isEnd && !isFailed ? this.#conclude(response) : response["output"];
    const isSame = response["id"] === this.#responseId && output === response["output"];
    this.#write(isSame ? wire : changed(wire, { response: { ...response, id: this.#responseId, output: output ?? [] } }));
  }

  /** The first event of every stream, whether the backend sent one or not. */
  #ensureCreated(response: Event, isCreated: boolean): void {
    if (this.#responseId !== null) return;
    const { id } = response;
    this.#responseId = typeof id === "string" && id !== "" ? id : mintId(writeJson(response), 0);
    if (isCreated) return;
    const first = { object: "response", created_at: 0, model: "", ...response, id: this.#responseId };
    this.#write({
      event: { type: "response.created", response: { ...first, status: "in_progress", output: [], usage: null } },
      data: null,
    });
  }

  #takeItem(wire: Wire): void {
    const { event } = wire;
    this.#ensureCreated({}, false);
    const item = this.#items.of(event);
    if (this.#active !== null && this.#active !== item) {
      item.held.push(wire);
      return;
    }
    this.#active = item;
    item.take(wire);
    if (item.isDone) this.#activateNext();
  }

  #place(id: unknown): { readonly index: number; readonly id: string } {
    const index = this.#begun++;
    const isUnique = typeof id === "string" && id !== "" && !this.#ids.has(id);
    const unique = isUnique ? id : mintId(this.#responseId ?? "", index);
    this.#ids.add(unique);
    return { index, id: unique };
  }

  /** Items whose events waited, in the order in which they came, until one of them is not done. */
  #activateNext(): void {
    this.#active = null;
    for (const item of this.#items.all) {
      if (item.isDone || item.held.length === 0) continue;
      for (const wire of item.held.splice(0)) item.take(wire);
      if (item.isDone) continue;
      this.#active = item;
      return;
    }
  }

  /** Every item done, and the output with all of them: the same list where it had them all already. */
  #conclude(response: Event): unknown {
    const listed: readonly unknown[] = Array.isArray(response["output"]) ? response["output"] : [];
    const finals = new Map(this.#items.matched(listed));
    const status = response["status"] === "incomplete" ? "incomplete" : "completed";
    for (const item of this.#items.all) {
      for (const wire of item.held.splice(0)) item.take(wire);
      item.conclude(finals.get(item) ?? null, status);
    }
    const output = this.#items.all.map((item) => {
      const final = finals.get(item);
      return final === undefined ? item.item : item.renamed(final);
    });
    const isSame = output.length === listed.length && output.every((item, index) => item === listed[index]);
    return isSame ? response["output"] : output.filter((item) => item !== null);
  }

  /** Numbers run from 0 without a gap, whatever was left out or put in. */
  #write({ data, event }: Wire): void {
    const number = this.#next++;
    const isSame = data !== null && event["sequence_number"] === number;
    const text = isSame ? data : writeJson({ ...event, sequence_number: number });
    this.#out += `event: ${String(event["type"])}\ndata: ${text}\n\n`;
  }
}

function parse(data: string): Event | null {
  try {
    const event = parseExact(data);
    return isRecord(event) ? event : null;
  } catch {
    return null;
  }
}

function changed({ event }: Wire, fields: Event): Wire {
  return { event: { ...event, ...fields }, data: null };
}
