import { unescapeText } from "../../core/json/escaped-text.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import type { Annotation, Seal } from "../canonical/block.ts";
import type { BlockHead, ChatEvent, Finish } from "../canonical/chat-event.ts";
import type { AnswerContext, StreamWriter } from "../stream.ts";
import type { Usage } from "../../core/usage.ts";
import { failureObject } from "./encode-error.ts";
import { writeFinish } from "./finish.ts";
import { writeSignature } from "./seal.ts";
import { writeUsage } from "./usage.ts";
import { ANSWER_RULES, writeGrounding } from "./write-answer.ts";
import { type Draft } from "./write-media.ts";
import { writeModelParts } from "./write-parts.ts";

/** How events stand one after another: as `data:` lines, or as the elements of one array. */
interface Framing {
  /** Before and after an event. */
  readonly before: string;
  readonly after: string;
  /** In place of the first event's `before`. */
  readonly first: string;
  /** After the last event. */
  readonly last: string;
}

const EVENTS: Framing = { before: "data: ", after: "\n\n", first: "data: ", last: "" };
const ARRAY: Framing = { before: ",\n", after: "", first: "[", last: "]" };

/** The block that is open. */
interface OpenBlock {
  readonly head: BlockHead;
  /** Around the text of one delta; empty for a call, which is told whole. */
  readonly prefix: string;
  readonly suffix: string;
  /** A call's arguments so far, escaped. */
  argumentsText: string;
  seal: Seal | null;
}

/**
 * Strict events → `streamGenerateContent`: each delta an event, calls whole, reason and usage in the last event.
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function createWriter(context: AnswerContext): StreamWriter {
  return new GeminiWriter(context);
}

class GeminiWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #framing: Framing;
  /** What stands in every event after the candidate. */
  #tail = "";
  #open: OpenBlock | null = null;
  #usage: Usage | null = null;
  #annotations: Annotation[] = [];
  #isFirst = true;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#framing = context.asked.framing === "json-array" ? ARRAY : EVENTS;
  }

  write(events: readonly ChatEvent[]): string {
    let text = "";
    for (const event of events) text += this.#event(event);
    if (text === "" || !this.#isFirst) return text;
    this.#isFirst = false;
    return this.#framing.first + text.slice(this.#framing.before.length);
  }

  #event(event: ChatEvent): string {
    switch (event.kind) {
      case "start":
        return this.#start(event);
      case "open":
        this.#open = this.#openBlock(event.head);
        return "";
      case "delta":
        return this.#delta(event.pieces);
      case "seal":
        return this.#seal(event.seal);
      case "annotate":
        this.#annotations.push(event.annotation);
        return "";
      case "close":
        return this.#close();
      case "block":
        return writeModelParts([event.block], ANSWER_RULES)
          .map((part) => this.#part(part))
          .join("");
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        return this.#finish(event.finish);
      case "error":
        return this.#frame(JSON.stringify(failureObject(event.failure))) + this.#framing.last;
    }
  }

  #start({ id, model }: Extract<ChatEvent, { readonly kind: "start" }>): string {
    const modelVersion = JSON.stringify(model ?? this.#context.model);
    this.#tail = `,"modelVersion":${modelVersion},"responseId":${JSON.stringify(id ?? this.#context.seed)}}`;
    return "";
  }

  #openBlock(head: BlockHead): OpenBlock {
    const { after, before } = this.#framing;
    const prefix = `${before}{"candidates":[{"content":{"parts":[{"text":"`;
    const thought = head.kind === "reasoning" ? `,"thought":true` : "";
    const suffix = `"${thought}}],"role":"model"},"index":0}]${this.#tail}${after}`;
    return { head, prefix, suffix, argumentsText: "", seal: null };
  }

  #delta(pieces: readonly string[]): string {
    const open = this.#open;
    if (open === null) return "";
    if (open.head.kind !== "tool_call") return open.prefix + pieces.join(open.suffix + open.prefix) + open.suffix;
    open.argumentsText += pieces.join("");
    return "";
  }

  #seal(seal: Seal): string {
    const open = this.#open;
    if (open === null) return "";
    if (open.head.kind !== "tool_call") return this.#part({ text: "", thought: true, thoughtSignature: writeSignature(seal) });
    open.seal = seal;
    return "";
  }

  #close(): string {
    const open = this.#open;
    this.#open = null;
    if (open === null || open.head.kind !== "tool_call") return "";
    const { form, id, name, namespace } = open.head;
    const block = {
      kind: "tool_call",
      id,
      name,
      form,
      namespace,
      arguments: unescapeText(open.argumentsText),
      seal: open.seal,
    } as const;
    return writeModelParts([block], ANSWER_RULES)
      .map((part) => this.#part(part))
      .join("");
  }

  #part(part: Draft): string {
    // Arguments stand as the backend wrote them, between whose tokens a line may end: an event's may not.
    const text = writeJson(part).replaceAll(/[\r\n]+/g, " ");
    return this.#frame(`{"candidates":[{"content":{"parts":[${text}],"role":"model"},"index":0}]${this.#tail}`);
  }

  #finish({ reason }: Finish): string {
    const grounding = writeGrounding(this.#annotations);
    const candidate = {
      content: { parts: [{ text: "" }], role: "model" },
      finishReason: writeFinish(reason),
      ...(grounding !== null && { groundingMetadata: grounding }),
      index: 0,
    };
    const usage = this.#usage === null ? "" : `,"usageMetadata":${JSON.stringify(writeUsage(this.#usage))}`;
    return this.#frame(`{"candidates":[${JSON.stringify(candidate)}]${usage}${this.#tail}`) + this.#framing.last;
  }

  #frame(event: string): string {
    return this.#framing.before + event + this.#framing.after;
  }
}
