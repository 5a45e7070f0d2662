import { closingQuote } from "../../core/json/escaped-text.ts";
import type { Failure } from "../../core/failure.ts";
import type { Usage } from "../../core/usage.ts";
import type { StreamMeter, StreamReading } from "../stream.ts";
import { classifyOpenAiErrorBody } from "../canonical/openai-errors.ts";
import { answerFailure } from "../canonical/failed-answer.ts";
import { readChunkUsage } from "./chunk-usage.ts";
import { contentCharacters } from "./content.ts";
import { isRecord } from "../../core/json/is-record.ts";

const LINE_CHARACTERS = 256 * 1024;
const EVENT_CHARACTERS = 1024 * 1024;
/** `data: ` */
const DATA_PREFIX = 6;
const EVENT_END = "\n\n";
const MAX_MISSES = 8;

/**
 * Reads a chat stream without touching it. Once a text delta has been parsed, further ones in the same envelope are only
 * measured, not parsed.
 */
export function createStreamMeter(choices: number): StreamMeter {
  return new ChatStreamMeter(choices);
}

class ChatStreamMeter implements StreamMeter, StreamReading {
  content = false;
  explained = false;
  terminated = false;
  failure: Failure | null = null;
  errorTold = false;
  usage: Usage | null = null;
  outputCharacters = 0;
  contentEvents = 0;
  readonly #choices: number;
  readonly #open = new Set<unknown>();
  readonly #closed = new Set<unknown>();
  /** Text after the last complete line. */
  #rest = "";
  /** Data lines of an event that has not ended. */
  #event = "";
  #afterCarriageReturn = false;
  /** Nothing after this can mend the stream, and an endless line would be searched again with every read. */
  #isOver = false;
  #endsMidEvent = false;
  /** What stands before and after the content of the last delta parsed; null until there is one. */
  #envelope: Envelope | null = null;
  /** Envelopes that fitted no second event. */
  #misses = 0;

  constructor(choices: number) {
    this.#choices = choices;
  }

  get reading(): StreamReading {
    return this;
  }

  get finished(): boolean {
    if (this.#closed.size === 0 || this.#open.size > 0) return false;
    // Some backends ignore `n`; their terminator says that no further choice will come.
    return this.terminated || this.#closed.size >= this.#choices;
  }

  get midEvent(): boolean {
    return this.#endsMidEvent || this.#rest !== "" || this.#event !== "";
  }

  end(): void {
    this.#endsMidEvent = this.midEvent;
    this.push("\n\n");
  }

  push(text: string): void {
    if (this.terminated || this.#isOver || text === "") return;
    const lines = this.#rest + this.#normalise(text);
    let start = 0;
    for (;;) {
      start = this.#skipDeltas(lines, start);
      const end = lines.indexOf("\n", start);
      if (end === -1) break;
      if (end - start > LINE_CHARACTERS)
        return this.#giveUp(`A line of the stream is longer than ${LINE_CHARACTERS} characters.`);
      this.#line(lines, start, end);
      if (this.terminated || this.#isOver) {
        this.#rest = this.terminated ? "" : lines.slice(end + 1);
        return;
      }
      start = end + 1;
    }
    this.#rest = start === 0 ? lines : lines.slice(start);
    if (this.#rest.length > LINE_CHARACTERS) this.#giveUp(`A line of the stream is longer than ${LINE_CHARACTERS} characters.`);
  }

  /**
   * Passes over events that are one more delta in the envelope of the last one parsed; returns where the first other one
   * begins. This is what nearly every event is, and what a stream's cost is made of: two native searches each.
   */
  #skipDeltas(lines: string, from: number): number {
    const envelope = this.#envelope;
    if (envelope === null || this.#event !== "" || this.failure !== null || !lines.startsWith(envelope.before, from)) return from;
    const { after, before, between } = envelope;
    let start = from;
    let content = from + before.length;
    for (;;) {
      const end = lines.indexOf(between, content);
      // The event's line must end right there: what stands between is one content and nothing else.
      if (end === -1 || lines.indexOf("\n", content) !== end + after.length) break;
      this.outputCharacters += end - content;
      this.contentEvents += 1;
      start = end + after.length + EVENT_END.length;
      content = end + between.length;
    }
    // A stream whose events differ would be searched to its end for each of them.
    if (start === from && ++this.#misses > MAX_MISSES) this.#envelope = null;
    return start;
  }

  /** CRLF and CR end lines too; a CRLF may be split between two reads. */
  #normalise(text: string): string {
    const fresh = this.#afterCarriageReturn && text.startsWith("\n") ? text.slice(1) : text;
    this.#afterCarriageReturn = text.endsWith("\r");
    return fresh.includes("\r") ? fresh.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : fresh;
  }

  #line(lines: string, start: number, end: number): void {
    if (start === end) return this.#endEvent();
    if (!lines.startsWith("data:", start)) return;
    const from = lines.charCodeAt(start + DATA_PREFIX - 1) === 0x20 ? start + DATA_PREFIX : start + DATA_PREFIX - 1;
    const data = lines.slice(from, end);
    this.#event = this.#event === "" ? data : `${this.#event}\n${data}`;
    if (this.#event.length > EVENT_CHARACTERS)
      this.#giveUp(`An event of the stream is longer than ${EVENT_CHARACTERS} characters.`);
  }

  #endEvent(): void {
    const data = this.#event;
    this.#event = "";
    if (data === "") return;
    if (data.trimEnd() === "[DONE]") {
      this.terminated = true;
      return;
    }
    // After a broken event only the terminator still counts: with it the caller has been told that all is well.
    if (this.failure === null) this.#parsed(data);
  }

  #parsed(data: string): void {
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      return this.#fail("An event of the stream is not valid JSON.");
    }
    if (!isRecord(event)) return this.#fail("An event of the stream is not a JSON object.");
    const hasError = (event["error"] ?? null) !== null;
    if (hasError || event["object"] === "error") {
      this.#isOver = true;
      this.errorTold = hasError;
      this.failure = classifyOpenAiErrorBody({ status: 200, body: data, retryAfterSeconds: null });
      return;
    }
    this.usage = readChunkUsage(event) ?? this.usage;
    const { choices } = event;
    if (Array.isArray(choices)) this.#readChoices(choices, data);
  }

  #readChoices(choices: readonly unknown[], data: string): void {
    const characters = this.outputCharacters;
    for (const choice of choices) this.#choice(choice);
    const isOneDelta = choices.length === 1 && this.outputCharacters > characters;
    if (isOneDelta && this.#choices === 1 && this.#misses <= MAX_MISSES) this.#envelope = learnEnvelope(data);
  }

  #choice(choice: unknown): void {
    if (!isRecord(choice)) return;
    const characters = contentCharacters(choice["delta"]);
    if (characters > 0) {
      this.content = true;
      this.contentEvents += 1;
      this.outputCharacters += characters;
    }
    const index = choice["index"] ?? 0;
    const finish = choice["finish_reason"];
    if (typeof finish === "string" && finish !== "") {
      this.#open.delete(index);
      this.#closed.add(index);
      this.explained ||= finish !== "stop";
    } else if (!this.#closed.has(index)) {
      this.#open.add(index);
    }
  }

  #giveUp(message: string): void {
    this.#isOver = true;
    this.#fail(message);
  }

  #fail(message: string): void {
    this.failure = answerFailure("malformed", message);
  }
}

/** The text around the content of a delta event. */
interface Envelope {
  readonly before: string;
  readonly after: string;
  /** From one delta's content to the next one's. */
  readonly between: string;
}

/**
 * The envelope of a parsed event that holds one text delta: up to the opening quote of its content, and from the closing one.
 * Null where the event has another shape or its choice ends. A later event with the same envelope holds a string in the same
 * place: the quoted words cannot come from content, where a quote is escaped.
 */
function learnEnvelope(data: string): Envelope | null {
  const delta = DELTA.exec(data);
  const finish = data.lastIndexOf(UNFINISHED);
  if (delta === null || finish === -1) return null;
  const contentStart = delta.index + delta[0].length;
  const contentEnd = closingQuote(data, contentStart);
  if (contentEnd === -1 || contentEnd > finish) return null;
  const before = `data: ${data.slice(0, contentStart)}`;
  const after = data.slice(contentEnd);
  return { before, after, between: after + EVENT_END + before };
}

const DELTA = /"delta":\{"(?:content|reasoning_content|reasoning|refusal)":"/;
const UNFINISHED = '"finish_reason":null';
