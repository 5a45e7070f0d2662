import { escapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { BlockHead } from "../canonical/chat-event.ts";
import { failureOfError } from "../canonical/openai-answer-error.ts";
import type { ReaderContext } from "../stream.ts";
import { EventReader } from "../sse/event-reader.ts";
import { findDelta } from "../sse/find-delta.ts";
import type { DeltaSpan } from "../sse/sse-framer.ts";
import { NO_ARGUMENTS, readCall } from "./read-call.ts";
import { readEnd, readUsage } from "./read-end.ts";
import type { Fields } from "./writing.ts";

const THOUGHT: BlockHead = { kind: "reasoning", isSummary: false };
/** Content and calls are counted apart; these keep them apart. */
const PLAN = -1;
const FIRST_CALL = 1_000;

/** Reads a chat stream. Citations and debug events are left out, as in a whole answer. @see https://docs.cohere.com/docs/streaming */
export class CohereStreamReader extends EventReader {
  readonly #seed: string;
  /** The block of the last event with a span: a run is more of it. */
  #running = PLAN;
  /** Calls whose arguments have begun. */
  readonly #begun = new Set<number>();

  constructor({ seed }: ReaderContext) {
    super({ parse: JSON.parse, hasDone: false });
    this.#seed = seed;
  }

  protected run(pieces: readonly string[]): void {
    this.tell({ kind: "delta", index: this.#running, pieces });
  }

  /** Only an event that is one delta and nothing else says where its text stands: what is like it comes as a run. */
  protected read(event: Fields, data: string): DeltaSpan | null {
    const delta = recordOf(event["delta"]);
    const { content, tool_calls: call, tool_plan: text } = recordOf(delta["message"]);
    const index = Number(event["index"] ?? 0);
    switch (event["type"]) {
      case "message-start":
        return this.tell({ kind: "start", id: idOf(event), model: null, usage: null });
      case "content-start":
        return this.#content(index, recordOf(content), "");
      case "content-delta":
        return this.#content(index, recordOf(content), data);
      case "content-end":
        return this.tell({ kind: "close", index });
      case "tool-plan-delta":
        this.tell({ kind: "open", index: PLAN, head: THOUGHT });
        return this.#more(PLAN, { key: "tool_plan", text, data });
      case "tool-call-start":
        return this.#call(index, call);
      case "tool-call-delta":
        return this.#arguments(index, recordOf(recordOf(call)["function"]), data);
      case "tool-call-end":
        return this.#endCall(index);
      case "message-end":
        return this.#end(delta);
      default:
        return typeof event["message"] === "string" ? this.#refuse(event) : null;
    }
  }

  /** A block that is open already is not opened again by whoever arranges these. */
  #content(index: number, content: Fields, data: string): DeltaSpan | null {
    const key = content["type"] === "thinking" || typeof content["thinking"] === "string" ? "thinking" : "text";
    this.tell({ kind: "open", index, head: key === "thinking" ? THOUGHT : { kind: "text" } });
    return this.#more(index, { key, text: content[key], data });
  }

  #call(index: number, value: unknown): DeltaSpan | null {
    const call = readCall(value, index, this.#seed);
    if (call === null) return this.malformed("A tool call of the stream has no name.");
    const { arguments: text, id, name } = call;
    const head = { kind: "tool_call", id, name, form: "function", namespace: null } as const;
    this.tell({ kind: "open", index: FIRST_CALL + index, head });
    return this.#arguments(index, { arguments: text }, "");
  }

  #arguments(index: number, { arguments: text }: Fields, data: string): DeltaSpan | null {
    if (text === "" || (text === NO_ARGUMENTS && !this.#begun.has(index))) return null;
    this.#begun.add(index);
    return this.#more(FIRST_CALL + index, { key: "arguments", text, data });
  }

  /** Arguments are an object, also where there are none. */
  #endCall(index: number): null {
    this.#arguments(index, { arguments: this.#begun.has(index) ? "" : "{}" }, "");
    return this.tell({ kind: "close", index: FIRST_CALL + index });
  }

  /** Text as it stands on the wire where it can be found there. */
  #more(index: number, said: { readonly key: string; readonly text: unknown; readonly data: string }): DeltaSpan | null {
    const { data, key, text } = said;
    if (typeof text !== "string" || text === "") return null;
    const span = findDelta(data, key);
    const piece = span === null ? escapeText(text) : data.slice(span.start, span.end);
    this.tell({ kind: "delta", index, pieces: [piece] });
    if (span !== null) this.#running = index;
    return span;
  }

  #end({ error, finish_reason: reason, usage: told }: Fields): null {
    const usage = readUsage(told);
    if (usage !== null) this.tell({ kind: "usage", usage });
    const end = readEnd(reason, error);
    this.terminated = end.kind === "finish";
    this.errorTold = end.kind === "error";
    this.tell(end);
    return this.stop();
  }

  #refuse(event: Fields): null {
    this.errorTold = true;
    return this.fail(failureOfError(event));
  }
}

function idOf({ id }: Fields): string | null {
  return typeof id === "string" ? id : null;
}

function recordOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
