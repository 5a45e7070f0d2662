import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { FailureClass } from "../../core/failure.ts";
import type { ChatEvent } from "../canonical/chat-event.ts";
import { answerFailure } from "../canonical/failed-answer.ts";
import type { ReaderContext, StreamReader } from "../stream.ts";
import { BlockReader } from "./block-reader.ts";
import { classifyException } from "./classify-error.ts";
import { EventList } from "./event-list.ts";
import { type Frame, FrameDecoder } from "./frame-decoder.ts";
import { readDelta } from "./read-delta.ts";
import { readFinish } from "./read-finish.ts";
import { readUsage } from "./read-usage.ts";

const decoder = new TextDecoder();

/**
 * Reads the binary stream of ConverseStream. Its own end are two frames, in either order: `messageStop` with the reason
 * and `metadata` with the usage.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export class ConverseStreamReader implements StreamReader<Uint8Array> {
  terminated = false;
  errorTold = false;
  readonly #frames = new FrameDecoder();
  readonly #blocks: BlockReader;
  #list = new EventList();
  #hasFinish = false;
  #hasMetadata = false;
  #hasFailed = false;

  constructor(context: ReaderContext) {
    this.#blocks = new BlockReader(context);
  }

  get midEvent(): boolean {
    return !this.terminated && this.#frames.midFrame;
  }

  get #isOver(): boolean {
    return this.terminated || this.#hasFailed;
  }

  push(chunk: Uint8Array): readonly ChatEvent[] {
    this.#list = new EventList();
    if (this.#isOver) return this.#list.events;
    for (const frame of this.#frames.push(chunk)) {
      this.#frame(frame);
      if (this.#isOver) return this.#list.events;
    }
    if (this.#frames.failure !== null) this.#fail("malformed", this.#frames.failure);
    return this.#list.events;
  }

  end(): readonly ChatEvent[] {
    this.#list = new EventList();
    if (this.#isOver) return this.#list.events;
    if (this.#frames.midFrame) this.#fail("stream_cut", "The stream ended inside a frame.");
    else this.terminated = this.#hasFinish;
    return this.#list.events;
  }

  #frame({ headers, payload }: Frame): void {
    const text = decoder.decode(payload);
    const messageType = headers.get(":message-type") ?? "event";
    if (messageType === "event") return this.#event(headers.get(":event-type") ?? "", text);
    if (messageType !== "exception" && messageType !== "error") return;
    this.errorTold = true;
    this.#hasFailed = true;
    const type = headers.get(":exception-type") ?? headers.get(":error-code") ?? "";
    const message = readMessage(text) ?? headers.get(":error-message") ?? "";
    const failure = classifyException({ type, message, status: 200, retryAfterSeconds: null });
    this.#list.push({ kind: "error", failure });
  }

  #event(type: string, text: string): void {
    const delta = type === "contentBlockDelta" ? readDelta(text) : null;
    if (delta === null) this.#parse(type, text);
    else this.#blocks.text(delta, this.#list);
    if (this.#blocks.failure !== null) this.#fail("malformed", this.#blocks.failure);
  }

  #parse(type: string, text: string): void {
    let event: unknown;
    try {
      event = parseExact(text);
    } catch {
      return this.#fail("malformed", "A frame of the stream is not valid JSON.");
    }
    if (isRecord(event)) this.#parsed(type, event);
    else this.#fail("malformed", "A frame of the stream is not a JSON object.");
  }

  /** Frames of other types are for others: `initial-response`, and what comes to be. */
  #parsed(type: string, event: Readonly<Record<string, unknown>>): void {
    const block = Number(event["contentBlockIndex"] ?? 0);
    const { delta, start, usage } = event;
    if (type === "contentBlockDelta" && isRecord(delta)) this.#blocks.delta(block, delta, this.#list);
    else if (type === "contentBlockStart" && isRecord(start)) this.#blocks.start(block, start, this.#list);
    else if (type === "contentBlockStop") this.#blocks.stop(block, this.#list);
    else if (type === "messageStart") this.#list.push({ kind: "start", id: null, model: null, usage: null });
    else if (type === "messageStop") this.#stop(event);
    else if (type === "metadata") this.#metadata(usage);
  }

  #stop(event: Readonly<Record<string, unknown>>): void {
    this.#blocks.stopAll(this.#list);
    const finish = readFinish(event["stopReason"], event["additionalModelResponseFields"]);
    this.#list.push({ kind: "finish", finish });
    this.#hasFinish = true;
    this.terminated = this.#hasMetadata;
  }

  #metadata(told: unknown): void {
    const usage = readUsage(told);
    if (usage !== null) this.#list.push({ kind: "usage", usage });
    this.#hasMetadata = true;
    this.terminated = this.#hasFinish;
  }

  #fail(failureClass: FailureClass, message: string): void {
    this.#hasFailed = true;
    this.#list.push({ kind: "error", failure: answerFailure(failureClass, message) });
  }
}

function readMessage(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    const message = isRecord(body) ? (body["message"] ?? body["Message"]) : null;
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
