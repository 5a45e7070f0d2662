import { escapeText } from "../../core/json/escaped-text.ts";
import type { Failure } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { parseExact } from "../../core/json/exact-json.ts";
import type { ChatEvent } from "../canonical/chat-event.ts";
import { answerFailure } from "../canonical/failed-answer.ts";
import { failureOfError } from "../canonical/openai-answer-error.ts";
import type { ReaderContext, StreamReader } from "../stream.ts";
import { findDelta } from "../sse/find-delta.ts";
import { type SseCaps, SseFramer } from "../sse/sse-framer.ts";
import { ItemIndex } from "./item-index.ts";
import { ItemReader, type PartKind } from "./item-reader.ts";
import { mintCallId } from "./read-answer.ts";
import { readFailure, readFinish } from "./read-finish.ts";
import { argumentsText } from "./read-item.ts";
import { readUsage } from "./read-usage.ts";

type Event = Readonly<Record<string, unknown>>;

/** Images come in one event, base64 and all. */
export const RESPONSES_CAPS: SseCaps = { line: 8 * 1024 * 1024, event: 8 * 1024 * 1024 };

/** Events that may wait for a thought to be done: items overlap by a few where they do. */
const MAX_HELD = 16;

/** An event that carries a text: whose it is, which of the item's it is, where it stands. */
interface TextEvent {
  readonly kind: PartKind;
  readonly index: "content_index" | "summary_index";
  readonly field: string;
}

const text = (kind: PartKind, field: string): TextEvent => ({
  kind,
  index: kind === "summary" ? "summary_index" : "content_index",
  field,
});

/** Open Responses calls `reasoning` what OpenAI calls `reasoning_text`. */
const DELTAS: ReadonlyMap<string, TextEvent> = new Map([
  ["response.output_text.delta", text("text", "delta")],
  ["response.refusal.delta", text("refusal", "delta")],
  ["response.reasoning_summary_text.delta", text("summary", "delta")],
  ["response.reasoning_text.delta", text("thought", "delta")],
  ["response.reasoning.delta", text("thought", "delta")],
  ["response.function_call_arguments.delta", text("call", "delta")],
  ["response.custom_tool_call_input.delta", text("call", "delta")],
]);

const WHOLES: ReadonlyMap<string, TextEvent> = new Map([
  ["response.output_text.done", text("text", "text")],
  ["response.refusal.done", text("refusal", "refusal")],
  ["response.reasoning_summary_text.done", text("summary", "text")],
  ["response.reasoning_text.done", text("thought", "text")],
  ["response.reasoning.done", text("thought", "text")],
  ["response.function_call_arguments.done", text("call", "arguments")],
  ["response.custom_tool_call_input.done", text("call", "input")],
]);

/**
 * Reads a Responses stream: items that overlap, texts that come only at their end, a final response that has what no event
 * had. Events it does not know are passed over.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponsesReader implements StreamReader<string> {
  terminated = false;
  errorTold = false;
  // Every event has a number of its own, so that no two differ in their text alone: nothing can be passed unparsed.
  readonly #framer = new SseFramer({ event: (_name, data) => this.#event(data), run: () => {} }, RESPONSES_CAPS);
  readonly #items: ItemIndex<ItemReader>;
  /** What came of other items before a thought was done, whose seal comes last and stands before them. */
  readonly #held: { readonly event: Event; readonly data: string }[] = [];
  #thought: ItemReader | null = null;
  #out: ChatEvent[] = [];
  #blocks = 0;
  #isFailed = false;

  constructor({ family, seed }: ReaderContext) {
    const sink = { emit: (event: ChatEvent) => void this.#out.push(event), allocate: () => this.#blocks++ };
    this.#items = new ItemIndex((position) => new ItemReader(sink, { family, callId: mintCallId(seed, position) }));
  }

  get midEvent(): boolean {
    return this.#framer.midEvent;
  }

  push(chunk: string): readonly ChatEvent[] {
    return this.#read(() => this.#framer.push(chunk));
  }

  end(): readonly ChatEvent[] {
    return this.#read(() => {
      this.#framer.end();
      this.#release();
    });
  }

  #read(step: () => void): readonly ChatEvent[] {
    this.#out = [];
    step();
    if (this.#framer.failure !== null && !this.#isFailed) this.#fail(answerFailure("malformed", this.#framer.failure));
    return this.#out;
  }

  #event(data: string): null {
    if (data === "[DONE]") return null;
    let event: unknown;
    try {
      event = parseExact(data);
    } catch {
      event = null;
    }
    if (this.#isFailed) this.#takeLast(event);
    else if (isRecord(event)) this.#take(event, data);
    else this.#fail(answerFailure("malformed", "An event of the upstream's stream is not a JSON object."));
    return null;
  }

  #take(event: Event, data: string): void {
    const { response, type } = event;
    if (typeof type !== "string") return this.#takeUntyped(event);
    if (type === "error") return this.#takeError(event);
    if (isRecord(response)) {
      this.#release();
      return this.#takeLifecycle(type, response);
    }
    const isHeld = this.#thought !== null && this.#items.of(event) !== this.#thought;
    if (!isHeld) return this.#takeItem(type, event, data);
    if (this.#held.push({ event, data }) >= MAX_HELD) this.#release();
  }

  #release(): void {
    this.#thought = null;
    for (const { data, event } of this.#held.splice(0)) this.#takeItem(String(event["type"]), event, data);
  }

  /** An error in the form of another API, or another API's stream altogether. */
  #takeUntyped(event: Event): void {
    if (isRecord(event["error"]) || typeof event["error"] === "string") return this.#takeError(event);
    if ("choices" in event)
      this.#fail(answerFailure("malformed", "The upstream streams chat completions where a response was asked for."));
  }

  #takeItem(type: string, event: Event, data: string): void {
    const { annotation, item } = event;
    const delta = DELTAS.get(type);
    if (delta !== undefined) return this.#takeDelta(event, delta, data);
    const whole = WHOLES.get(type);
    if (whole !== undefined)
      return this.#items.of(event).complete(whole.kind, indexOf(event, whole.index), argumentsText(event[whole.field]));
    if (type === "response.output_text.annotation.added")
      return this.#items.of(event).annotate(indexOf(event, "content_index"), annotation);
    if (!isRecord(item)) return;
    if (type === "response.output_item.added") this.#begin(this.#items.of(event), item);
    if (type === "response.output_item.done") this.#done(this.#items.of(event), item);
  }

  #takeDelta(event: Event, { index, kind }: TextEvent, data: string): void {
    const { delta } = event;
    if (typeof delta !== "string") return;
    const span = findDelta(data, "delta");
    const escaped = span === null ? escapeText(delta) : data.slice(span.start, span.end);
    this.#items.of(event).append(kind, indexOf(event, index), { text: delta, escaped });
  }

  #begin(reader: ItemReader, item: Event): void {
    reader.begin(item);
    if (item["type"] === "reasoning" && !reader.isDone) this.#thought ??= reader;
  }

  #done(reader: ItemReader, item: Event): void {
    reader.done(item);
    if (reader === this.#thought) this.#release();
  }

  /** Codex passes over an `error` event: only the failed response that should follow it tells every caller. */
  #takeError(event: Event): void {
    this.#fail(failureOfError(event));
  }

  #takeLast(event: unknown): void {
    if (!isRecord(event) || event["type"] !== "response.failed") return;
    this.terminated = true;
    this.errorTold = true;
  }

  #fail(failure: Failure): void {
    this.#release();
    this.#isFailed = true;
    this.#out.push({ kind: "error", failure });
  }

  #takeLifecycle(type: string, response: Event): void {
    switch (type) {
      case "response.created":
      case "response.queued":
      case "response.in_progress":
        return this.#start(response);
      case "response.failed":
        this.#takeLast({ type });
        return this.#fail(readFailure(response) ?? failureOfError({}));
      case "response.completed":
      case "response.incomplete":
      case "response.cancelled":
        return this.#finish(type, response);
      default:
    }
  }

  #start({ id, model }: Event): void {
    const isNamed = typeof model === "string" && model !== "";
    this.#out.push({ kind: "start", id: typeof id === "string" ? id : null, model: isNamed ? model : null, usage: null });
  }

  #finish(type: string, response: Event): void {
    const { output } = response;
    for (const [item, final] of this.#items.matched(Array.isArray(output) ? output : [])) item.done(final);
    const usage = readUsage(response["usage"]);
    if (usage !== null) this.#out.push({ kind: "usage", usage });
    const status = response["status"] ?? type.slice("response.".length);
    this.#out.push({ kind: "finish", finish: readFinish({ ...response, status }) });
    this.terminated = true;
    this.#framer.stop();
  }
}

function indexOf(event: Event, name: TextEvent["index"]): number {
  const index = event[name];
  return typeof index === "number" ? index : 0;
}
