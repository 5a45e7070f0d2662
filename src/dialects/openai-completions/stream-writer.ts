import { escapeText } from "../../core/json/escaped-text.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Block } from "../canonical/block.ts";
import type { ChatEvent } from "../canonical/chat-event.ts";
import { encodeOpenAiErrorEvent } from "../canonical/openai-error-body.ts";
import { writeOpenAiUsage } from "../canonical/openai-usage.ts";
import type { AnswerContext, StreamWriter } from "../stream.ts";
import { writeFinish } from "./finish-reasons.ts";
import { headOf } from "./write-answer.ts";

/** What ends a successful stream. */
export const DONE = "data: [DONE]\n\n";

/** Strict events → completion chunks: text alone. */
export function createWriter(context: AnswerContext): StreamWriter {
  return new CompletionsWriter(context);
}

class CompletionsWriter implements StreamWriter {
  readonly #context: AnswerContext;
  /** An event up to its choices, and up to the text of its one choice; from there on. */
  #before = "";
  #prefix = "";
  readonly #suffix = '","logprobs":null,"finish_reason":null}]}\n\n';
  /** The open block is said, not thought. */
  #isSaid = false;
  #usage = "";
  #out = "";

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  write(events: readonly ChatEvent[]): string {
    this.#out = "";
    for (const event of events) this.#event(event);
    return this.#out;
  }

  #event(event: ChatEvent): void {
    switch (event.kind) {
      case "start":
        return this.#start(event.id, event.model);
      case "open":
        this.#isSaid = event.head.kind === "text" || event.head.kind === "refusal";
        return;
      case "delta":
        return this.#say(event.pieces);
      case "block":
        return this.#whole(event.block);
      case "usage":
        this.#usage = JSON.stringify(writeOpenAiUsage(event.usage));
        return;
      case "finish":
        return this.#finish(writeFinish(event.finish.reason));
      case "error":
        this.#out += encodeOpenAiErrorEvent(new FairleadError("stream_interrupted", event.failure.message));
        return;
      case "seal":
      case "annotate":
      case "close":
    }
  }

  #start(id: string | null, model: string | null): void {
    this.#before = `data: ${JSON.stringify(headOf(id, model, this.#context)).slice(0, -1)},"choices":[`;
    this.#prefix = `${this.#before}{"index":0,"text":"`;
  }

  #whole(block: Block): void {
    if (block.kind === "text") this.#out += this.#prefix + escapeText(block.text) + this.#suffix;
  }

  #say(pieces: readonly string[]): void {
    if (this.#isSaid) this.#out += this.#prefix + pieces.join(this.#suffix + this.#prefix) + this.#suffix;
  }

  #finish(word: string): void {
    this.#out += `${this.#prefix}","logprobs":null,"finish_reason":"${word}"}]}\n\n`;
    const isAsked = this.#context.asked.asksUsage === true && this.#usage !== "";
    if (isAsked) this.#out += `${this.#before}],"usage":${this.#usage}}\n\n`;
    this.#out += DONE;
  }
}
