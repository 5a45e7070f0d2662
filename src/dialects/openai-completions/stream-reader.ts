import { isRecord } from "../../core/json/is-record.ts";
import { answerFailure, failureOfError, findError } from "../canonical/openai-answer-failure.ts";
import type { ChatEvent } from "../canonical/chat-event.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import type { StreamReader } from "../dialect.ts";
import { findDelta } from "../sse/find-delta.ts";
import { type DeltaSpan, SseFramer } from "../sse/sse-framer.ts";
import { readFinish } from "./finish-reasons.ts";

type Chunk = Readonly<Record<string, unknown>>;

const TEXT = 0;

/** Reads the first choice of a completion's stream. */
export function createStreamReader(): StreamReader<string> {
  return new CompletionsReader();
}

class CompletionsReader implements StreamReader<string> {
  terminated = false;
  errorTold = false;
  readonly #framer = new SseFramer({
    event: (name, data) => this.#event(name, data),
    run: (pieces) => void this.#out.push({ kind: "delta", index: TEXT, pieces }),
  });
  #out: ChatEvent[] = [];
  #isStarted = false;
  #isOver = false;

  get midEvent(): boolean {
    return this.#framer.midEvent;
  }

  push(text: string): readonly ChatEvent[] {
    this.#out = [];
    this.#framer.push(text);
    this.#checkCaps();
    return this.#out;
  }

  end(): readonly ChatEvent[] {
    this.#out = [];
    this.#framer.end();
    this.#checkCaps();
    return this.#out;
  }

  #checkCaps(): void {
    if (this.#framer.failure !== null && !this.#isOver) this.#fail(this.#framer.failure);
  }

  #event(name: string, data: string): DeltaSpan | null {
    const trimmed = data.trimEnd();
    if (trimmed === "" || this.#isOver) return null;
    if (trimmed === "[DONE]") {
      this.terminated = true;
      this.#framer.stop();
      return null;
    }
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      return this.#fail("An event of the stream is not valid JSON.");
    }
    if (!isRecord(chunk)) return this.#fail("An event of the stream is not a JSON object.");
    const error = findError(name, chunk);
    if (error === null) return this.#chunk(chunk, data);
    this.errorTold = true;
    return this.#end({ kind: "error", failure: failureOfError(error) });
  }

  #fail(message: string): null {
    return this.#end({ kind: "error", failure: answerFailure("malformed", message) });
  }

  #end(event: ChatEvent): null {
    this.#isOver = true;
    this.#framer.stop();
    this.#out.push(event);
    return null;
  }

  #chunk(chunk: Chunk, data: string): DeltaSpan | null {
    if (!this.#isStarted) this.#start(chunk);
    const usage = readOpenAiUsage(chunk["usage"]);
    if (usage !== null) this.#out.push({ kind: "usage", usage });
    const choices: readonly unknown[] = Array.isArray(chunk["choices"]) ? chunk["choices"] : [];
    const choice = choices.find((one) => isRecord(one) && (one["index"] ?? 0) === 0);
    if (!isRecord(choice)) return null;
    const span = this.#say(choice["text"], data);
    const finish = readFinish(choice["finish_reason"]);
    if (finish !== null) this.#out.push({ kind: "finish", finish });
    return finish === null && usage === null && choices.length === 1 ? span : null;
  }

  #start({ id, model }: Chunk): void {
    this.#isStarted = true;
    const isNamed = typeof id === "string" && id !== "";
    this.#out.push({ kind: "start", id: isNamed ? id : null, model: typeof model === "string" ? model : null, usage: null });
    this.#out.push({ kind: "open", index: TEXT, head: { kind: "text" } });
  }

  /** Text as it stands on the wire where it can be found there. */
  #say(text: unknown, data: string): DeltaSpan | null {
    if (typeof text !== "string" || text === "") return null;
    const span = findDelta(data, "text");
    const piece = span === null ? JSON.stringify(text).slice(1, -1) : data.slice(span.start, span.end);
    this.#out.push({ kind: "delta", index: TEXT, pieces: [piece] });
    return span;
  }
}
