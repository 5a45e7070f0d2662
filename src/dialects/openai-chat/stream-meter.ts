import type { Failure, FailureClass } from "../../core/failure.ts";
import type { Usage } from "../../core/usage.ts";
import type { StreamMeter, StreamReading } from "../dialect.ts";
import { classifyErrorBody } from "./classify-error.ts";
import { contentCharacters } from "./content.ts";
import { isRecord, readUsage } from "./read-usage.ts";

const LINE_CHARACTERS = 256 * 1024;
const EVENT_CHARACTERS = 1024 * 1024;
/** `data: ` */
const DATA_PREFIX = 6;

/**
 * Reads a chat stream without touching it. Once content has been seen, an event that plainly is one more delta is only
 * measured, not parsed: it is what nearly every event is, and what a stream's cost is made of.
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
  /** Characters of a plain event that are not content, learnt from the last one parsed. */
  #envelope = 0;

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
      const end = lines.indexOf("\n", start);
      if (end === -1) break;
      if (end - start > LINE_CHARACTERS) return this.#giveUp(`A line of the stream is longer than ${LINE_CHARACTERS} characters.`);
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
    if (this.#event.length > EVENT_CHARACTERS) this.#giveUp(`An event of the stream is longer than ${EVENT_CHARACTERS} characters.`);
  }

  #endEvent(): void {
    const data = this.#event;
    this.#event = "";
    if (data === "") return;
    if (this.content && this.#choices === 1 && isPlainDelta(data)) {
      this.outputCharacters += Math.max(1, data.length - this.#envelope);
      this.contentEvents += 1;
      return;
    }
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
      return this.#fail("malformed", "An event of the stream is not valid JSON.");
    }
    if (!isRecord(event)) return this.#fail("malformed", "An event of the stream is not a JSON object.");
    if ((event["error"] ?? null) !== null || event["object"] === "error") {
      this.#isOver = true;
      this.errorTold = (event["error"] ?? null) !== null;
      this.failure = classifyErrorBody({ status: 200, body: data, retryAfterSeconds: null });
      return;
    }
    const extension = event["x_groq"];
    this.usage = readUsage(event["usage"] ?? (isRecord(extension) ? extension["usage"] : null)) ?? this.usage;
    const { choices } = event;
    if (Array.isArray(choices)) for (const choice of choices) this.#choice(choice, data.length);
  }

  #choice(choice: unknown, eventLength: number): void {
    if (!isRecord(choice)) return;
    const characters = contentCharacters(choice["delta"]);
    if (characters > 0) {
      this.content = true;
      this.contentEvents += 1;
      this.outputCharacters += characters;
      this.#envelope = eventLength - characters;
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
    this.#fail("malformed", message);
  }

  #fail(failureClass: FailureClass, message: string): void {
    this.failure = { class: failureClass, status: 200, message, param: null, code: null, retryAfterSeconds: null };
  }
}

/**
 * Certainly one more delta of a choice that goes on: it says `"finish_reason":null`, and neither an error nor usage. The
 * quoted words cannot come from content, where a quote is escaped.
 */
function isPlainDelta(data: string): boolean {
  return (
    data.endsWith("}") && data.includes('"finish_reason":null') && !data.includes('"error"') && !data.includes('"usage":{') && data.startsWith("{")
  );
}
