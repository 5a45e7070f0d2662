import { RawJson, writeJson } from "../../core/json/exact-json.ts";
import type { Failure } from "../../core/failure.ts";
import type { Usage } from "../../core/usage.ts";
import type { Block, Seal } from "../canonical/block.ts";
import type { BlockHead, ChatEvent, Finish } from "../canonical/chat-event.ts";
import type { AnswerContext, StreamWriter } from "../stream.ts";
import { errorLines, failedLines, wordsOfFailure } from "./encode-error.ts";
import { endOf } from "./end-of.ts";
import { EventLines } from "./event-lines.ts";
import { ItemIds, type ItemStatus, reasoningOf, signatureItem, wholeItem } from "./output-items.ts";
import { responseObject, type ResponseState } from "./response-object.ts";
import { CallItem, doneEvent, MessageItem, ReasoningItem, type StreamItem, wholeItemEvents } from "./stream-items.ts";

type ItemEvent = Extract<ChatEvent, { readonly kind: "delta" | "close" | "annotate" | "seal" }>;

/** The item that is being written, or has just ended: how an answer ends tells whether its last item is complete. */
interface CurrentItem {
  readonly writer: StreamItem;
  readonly index: number;
  /** What the call is known by, for what it was signed with. */
  readonly callId: string;
  readonly seals: Seal[];
}

/**
 * Writes a stream of Responses events: numbered from 0, one item after the other, the final response with every item.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponsesWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #lines = new EventLines();
  readonly #ids: ItemIds;
  /** The JSON of the items that are done. */
  readonly #output: string[] = [];
  #model: string;
  #current: CurrentItem | null = null;
  #usage: Usage | null = null;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#ids = new ItemIds(context.seed);
    this.#model = context.model;
  }

  write(events: readonly ChatEvent[]): string {
    let text = "";
    for (const event of events) text += this.#take(event);
    return text;
  }

  #take(event: ChatEvent): string {
    switch (event.kind) {
      case "start":
        return this.#start(event.model);
      case "open":
        return this.#open(event.head);
      case "block":
        return this.#endItem("completed") + this.#whole(event.block);
      case "usage":
        this.#usage = event.usage;
        return "";
      case "finish":
        return this.#finish(event.finish);
      case "error":
        return this.#fail(event.failure);
      default:
        return this.#current === null ? "" : this.#toCurrent(event, this.#current);
    }
  }

  #toCurrent(event: ItemEvent, { seals, writer }: CurrentItem): string {
    switch (event.kind) {
      case "delta":
        return writer.delta(event.pieces);
      case "close":
        return writer.endBlock();
      case "annotate":
        return writer instanceof MessageItem ? writer.annotate(event.annotation) : "";
      case "seal":
        if (writer instanceof ReasoningItem) writer.seal(event.seal);
        else seals.push(event.seal);
        return "";
    }
  }

  #start(model: string | null): string {
    this.#model = model ?? this.#model;
    const response = `"response":${this.#response({ status: "in_progress", incompleteReason: null, error: null })}`;
    return this.#lines.event("response.created", response) + this.#lines.event("response.in_progress", response);
  }

  #open(head: BlockHead): string {
    const writer = this.#current?.writer;
    if (head.kind === "reasoning" && writer instanceof ReasoningItem && !writer.isSealed) return "";
    const ended = this.#endItem("completed");
    const index = this.#output.length;
    const callId = head.kind === "tool_call" ? this.#ids.callId(head.id) : "";
    const item = this.#itemOf(head, index, callId);
    this.#current = { writer: item, index, callId, seals: [] };
    return ended + item.begin();
  }

  #itemOf(head: BlockHead, index: number, callId: string): StreamItem {
    switch (head.kind) {
      case "text":
      case "refusal":
        return new MessageItem(this.#lines, { id: this.#ids.mint("msg"), index }, head.kind);
      case "reasoning":
        return new ReasoningItem(this.#lines, { id: this.#ids.mint("rs"), index });
      case "tool_call":
        return new CallItem(this.#lines, { id: this.#ids.mint(head.form === "custom" ? "ctc" : "fc"), index }, { head, callId });
    }
  }

  /** The item at hand is done, and what it was signed with follows. */
  #endItem(status: ItemStatus): string {
    const current = this.#current;
    if (current === null) return "";
    this.#current = null;
    const json = current.writer.json(status);
    this.#output.push(json);
    let events = doneEvent(this.#lines, current.index, json);
    for (const seal of current.seals) events += this.#item(signatureItem(seal, current.callId, this.#ids));
    return events;
  }

  #whole(block: Block): string {
    if (block.kind === "reasoning") return this.#item(reasoningOf([block], this.#ids));
    const item = wholeItem(block, this.#ids);
    return item === null ? "" : this.#item(item);
  }

  #item(item: unknown): string {
    const { events, json } = wholeItemEvents(this.#lines, this.#output.length, item);
    this.#output.push(json);
    return events;
  }

  #finish(finish: Finish): string {
    const end = endOf(finish);
    const ended = this.#endItem(end.status === "incomplete" ? "incomplete" : "completed");
    const response = this.#response(end);
    return ended + this.#lines.event(`response.${end.status}`, `"response":${response}`);
  }

  /** Told twice, as the API does: SDKs raise at the first event, Codex takes the second. */
  #fail(failure: Failure): string {
    const words = wordsOfFailure(failure);
    const { code, message } = words;
    const told = errorLines(words, this.#lines.take());
    const response = this.#response({ status: "failed", incompleteReason: null, error: { code, message } });
    return told + failedLines(response, this.#lines.take());
  }

  #response(end: Pick<ResponseState, "status" | "incompleteReason" | "error">): string {
    const { asked, createdSeconds, seed } = this.#context;
    return writeJson(
      responseObject(asked.body, {
        id: `resp_${seed}`,
        createdSeconds,
        model: this.#model,
        output: new RawJson(`[${this.#output.join(",")}]`),
        usage: this.#usage,
        ...end,
      }),
    );
  }
}
