import type { FailureClass } from "../../core/failure.ts";
import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ChatEvent, Finish } from "../canonical/chat-event.ts";
import type { ReaderContext, StreamReader } from "../dialect.ts";
import { type DeltaSpan, SseFramer, type SseSink } from "../sse/sse-framer.ts";
import { classifyErrorBody } from "./classify-error.ts";
import { eventsOfBlock, OpenBlock } from "./open-block.ts";
import { readAnswerBlock } from "./read-answer-block.ts";
import { type Fields, optionalText } from "./read-fields.ts";
import { readStopReason } from "./stop-reason.ts";
import { type Counts, mergeCounts, NO_COUNTS, usageOf } from "./usage.ts";

/** Reads a stream of Messages events. @see https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function createReader(context: ReaderContext): StreamReader<string> {
  return new MessageReader(context);
}

class MessageReader implements StreamReader<string>, SseSink {
  terminated = false;
  errorTold = false;
  readonly #context: ReaderContext;
  readonly #framer = new SseFramer(this);
  readonly #blocks = new Map<number, OpenBlock>();
  #out: ChatEvent[] = [];
  #counts: Counts = NO_COUNTS;
  /** The id of the message that has begun; undefined until one has. */
  #message: string | null | undefined = undefined;
  #hasBlocks = false;
  #isOver = false;
  /** How the answer ended, where only the message's start said so. */
  #heldFinish: Finish | null = null;
  #isFinished = false;
  /** The block of the last event that was one delta: what runs go on with. */
  #running: OpenBlock | null = null;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  get midEvent(): boolean {
    return this.#framer.midEvent;
  }

  push(text: string): readonly ChatEvent[] {
    this.#framer.push(text);
    return this.#take();
  }

  end(): readonly ChatEvent[] {
    this.#framer.end();
    return this.#take();
  }

  run(pieces: readonly string[]): void {
    if (this.#running !== null) this.#out.push(...this.#running.more(pieces));
  }

  event(name: string, data: string): DeltaSpan | null {
    const event = parseEvent(data);
    if (typeof event === "string") return this.#fail("malformed", event);
    switch (event["type"]) {
      case "message_start":
        return this.#start(isRecord(event["message"]) ? event["message"] : {});
      case "content_block_start":
        return this.#open(event);
      case "content_block_delta":
        return this.#delta(event, data);
      case "content_block_stop":
        return this.#close(event["index"]);
      case "message_delta":
        return this.#finish(event);
      case "message_stop":
        return this.#stop();
      default:
        return this.#other(event, { name, data });
    }
  }

  #take(): readonly ChatEvent[] {
    if (this.#framer.failure !== null && !this.#isOver) this.#fail("malformed", this.#framer.failure);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #start(message: Fields): null {
    const id = optionalText(message["id"]);
    if (this.#message !== undefined) {
      // Some proxies say the beginning twice; the beginning of another message means that two were mixed.
      const isRepeated = this.#message === id || !this.#hasBlocks;
      return isRepeated ? null : this.#fail("malformed", "Another message began in the middle of the upstream's stream.");
    }
    this.#message = id;
    this.#counts = mergeCounts(this.#counts, message["usage"]);
    this.#out.push({ kind: "start", id, model: optionalText(message["model"]), usage: usageOf(this.#counts) });
    const content = Array.isArray(message["content"]) ? message["content"].filter(isRecord) : [];
    // What the start already holds does not come again; its indices are its own.
    for (const [index, block] of content.entries())
      this.#out.push(...eventsOfBlock(readAnswerBlock(block, index, this.#context), -1 - index));
    if (typeof message["stop_reason"] === "string")
      this.#heldFinish = readStopReason(message["stop_reason"], message["stop_sequence"]);
    return null;
  }

  #open(event: Fields): null {
    const { content_block: block, index } = event;
    if (typeof index !== "number" || !isRecord(block)) return null;
    this.#hasBlocks = true;
    const open = new OpenBlock(index, readAnswerBlock(block, index, this.#context));
    this.#blocks.set(index, open);
    this.#out.push(...open.opening());
    return null;
  }

  #delta(event: Fields, data: string): DeltaSpan | null {
    const { delta, index } = event;
    const open = typeof index === "number" ? this.#blocks.get(index) : undefined;
    if (open === undefined || !isRecord(delta)) return null;
    const { events, span } = open.delta(delta, data, this.#context);
    this.#out.push(...events);
    if (span !== null) this.#running = open;
    return span;
  }

  #close(index: unknown): null {
    const open = typeof index === "number" ? this.#blocks.get(index) : undefined;
    if (open === undefined) return null;
    this.#blocks.delete(open.index);
    this.#out.push(...open.closing());
    return null;
  }

  #finish(event: Fields): null {
    this.#counts = mergeCounts(this.#counts, event["usage"]);
    const usage = usageOf(this.#counts);
    if (usage !== null) this.#out.push({ kind: "usage", usage });
    const delta = isRecord(event["delta"]) ? event["delta"] : {};
    if (typeof delta["stop_reason"] === "string") this.#say(readStopReason(delta["stop_reason"], delta["stop_sequence"]));
    return null;
  }

  #say(finish: Finish): void {
    this.#isFinished = true;
    this.#out.push({ kind: "finish", finish });
  }

  #stop(): null {
    for (const open of this.#blocks.values()) this.#out.push(...open.closing());
    if (!this.#isFinished) this.#say(this.#heldFinish ?? readStopReason(null, null));
    this.terminated = true;
    return this.#end();
  }

  /** Pings, events of a later version, and errors: the API's own or a proxy's bare one. */
  #other(event: Fields, { data, name }: { readonly name: string; readonly data: string }): null {
    const isError = event["type"] === "error" || (event["type"] === undefined && (event["error"] ?? null) !== null);
    if (!isError) return null;
    // SDKs raise at events of this name alone.
    this.errorTold = name === "error";
    this.#out.push({ kind: "error", failure: classifyErrorBody({ status: 200, body: data, retryAfterSeconds: null }) });
    return this.#end();
  }

  #fail(failureClass: FailureClass, message: string): null {
    const failure = { class: failureClass, status: 200, message, param: null, code: null, retryAfterSeconds: null };
    this.#out.push({ kind: "error", failure });
    return this.#end();
  }

  #end(): null {
    this.#isOver = true;
    this.#framer.stop();
    return null;
  }
}

/** The object an event holds, or what is wrong with it. */
function parseEvent(data: string): Fields | string {
  try {
    const event = parseExact(data);
    return isRecord(event) ? event : "An event of the stream is not a JSON object.";
  } catch {
    return "An event of the stream is not valid JSON.";
  }
}
