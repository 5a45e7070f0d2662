import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Finish } from "../canonical/chat-event.ts";
import type { ReaderContext, StreamReader } from "../stream.ts";
import { EventReader } from "../sse/event-reader.ts";
import type { DeltaSpan } from "../sse/sse-framer.ts";
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

class MessageReader extends EventReader {
  readonly #context: ReaderContext;
  readonly #blocks = new Map<number, OpenBlock>();
  #counts: Counts = NO_COUNTS;
  /** The id of the message that has begun; undefined until one has. */
  #message: string | null | undefined = undefined;
  #hasBlocks = false;
  /** How the answer ended, where only the message's start said so. */
  #heldFinish: Finish | null = null;
  #isFinished = false;
  /** The block of the last event that was one delta: what runs go on with. */
  #running: OpenBlock | null = null;

  constructor(context: ReaderContext) {
    super({ parse: parseExact, hasDone: false });
    this.#context = context;
  }

  protected run(pieces: readonly string[]): void {
    if (this.#running !== null) this.out.push(...this.#running.more(pieces));
  }

  protected read(event: Fields, data: string, name: string): DeltaSpan | null {
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
        return this.#complete();
      default:
        return this.#other(event, { name, data });
    }
  }

  #start(message: Fields): null {
    const id = optionalText(message["id"]);
    if (this.#message !== undefined) {
      // Some proxies say the beginning twice; the beginning of another message means that two were mixed.
      const isRepeated = this.#message === id || !this.#hasBlocks;
      return isRepeated ? null : this.malformed("Another message began in the middle of the upstream's stream.");
    }
    this.#message = id;
    const counts = mergeCounts(this.#counts, message["usage"]);
    // What a message that has not ended says of its output is not the count of what is still to come.
    this.#counts = typeof message["stop_reason"] === "string" ? counts : { ...counts, output: null };
    this.out.push({ kind: "start", id, model: optionalText(message["model"]), usage: usageOf(this.#counts) });
    const content = Array.isArray(message["content"]) ? message["content"].filter(isRecord) : [];
    // What the start already holds does not come again; its indices are its own.
    for (const [index, block] of content.entries())
      this.out.push(...eventsOfBlock(readAnswerBlock(block, index, this.#context), -1 - index));
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
    this.out.push(...open.opening());
    return null;
  }

  #delta(event: Fields, data: string): DeltaSpan | null {
    const { delta, index } = event;
    const open = typeof index === "number" ? this.#blocks.get(index) : undefined;
    if (open === undefined || !isRecord(delta)) return null;
    const { events, span } = open.delta(delta, data, this.#context);
    this.out.push(...events);
    if (span !== null) this.#running = open;
    return span;
  }

  #close(index: unknown): null {
    const open = typeof index === "number" ? this.#blocks.get(index) : undefined;
    if (open === undefined) return null;
    this.#blocks.delete(open.index);
    this.out.push(...open.closing());
    return null;
  }

  #finish(event: Fields): null {
    this.#counts = mergeCounts(this.#counts, event["usage"]);
    const usage = usageOf(this.#counts);
    if (usage !== null) this.out.push({ kind: "usage", usage });
    const delta = isRecord(event["delta"]) ? event["delta"] : {};
    if (typeof delta["stop_reason"] === "string") this.#say(readStopReason(delta["stop_reason"], delta["stop_sequence"]));
    return null;
  }

  #say(finish: Finish): void {
    this.#isFinished = true;
    this.out.push({ kind: "finish", finish });
  }

  #complete(): null {
    for (const open of this.#blocks.values()) this.out.push(...open.closing());
    if (!this.#isFinished) this.#say(this.#heldFinish ?? readStopReason(null, null));
    this.terminated = true;
    return this.stop();
  }

  /** Pings, events of a later version, and errors: the API's own or a proxy's bare one. */
  #other(event: Fields, { data, name }: { readonly name: string; readonly data: string }): null {
    const isError = event["type"] === "error" || (event["type"] === undefined && (event["error"] ?? null) !== null);
    if (!isError) return null;
    // SDKs raise at events of this name alone.
    this.errorTold = name === "error";
    return this.fail(classifyErrorBody({ status: 200, body: data, retryAfterSeconds: null }));
  }
}
