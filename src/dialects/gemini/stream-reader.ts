import { isRecord } from "../../core/json/is-record.ts";
import type { Failure } from "../../core/failure.ts";
import type { Usage } from "../../core/usage.ts";
import { parseExact } from "../../core/json/exact-json.ts";
import type { ChatEvent, Finish } from "../canonical/chat-event.ts";
import { answerFailure } from "../canonical/failed-answer.ts";
import type { ReaderContext, StreamReader } from "../stream.ts";
import { findDelta } from "../sse/find-delta.ts";
import { type DeltaSpan, SseFramer } from "../sse/sse-framer.ts";
import { AnswerBlocks } from "./answer-blocks.ts";
import { classifyErrorBody } from "./classify-error.ts";
import { readFinish } from "./finish.ts";
import { JsonSequence } from "./json-sequence.ts";
import { type Body, listOf, textOf } from "./member.ts";
import { readCandidate } from "./read-candidate.ts";
import { readUsage } from "./usage.ts";

/** An image stands in one line. */
const CHARACTERS = 8 * 1024 * 1024;

/**
 * Reads a stream of `streamGenerateContent`: server-sent events, or the JSON array that comes where nobody asked for them. Of
 * several candidates the first is read; the end is told when all `choices` of them have ended.
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function createReader(context: ReaderContext, choices = 1): StreamReader<string> {
  return new GeminiReader(context, choices);
}

class GeminiReader implements StreamReader<string> {
  errorTold = false;
  readonly #choices: number;
  readonly #blocks: AnswerBlocks;
  readonly #ended = new Set<unknown>();
  #out: ChatEvent[] = [];
  /** Null until the first character tells the framing. */
  #framing: SseFramer | JsonSequence | null = null;
  #finish: Finish | null = null;
  #isStarted = false;
  #isOver = false;

  constructor(context: ReaderContext, choices: number) {
    this.#choices = choices;
    this.#blocks = new AnswerBlocks(context, (event) => this.#out.push(event));
  }

  get terminated(): boolean {
    return this.#framing instanceof JsonSequence && this.#framing.terminated;
  }

  get midEvent(): boolean {
    return this.#framing?.midEvent ?? false;
  }

  push(text: string): readonly ChatEvent[] {
    this.#out = [];
    if (this.#isOver || text === "") return this.#out;
    this.#framing ??= this.#frame(text);
    this.#framing?.push(text);
    return this.#flush();
  }

  end(): readonly ChatEvent[] {
    this.#out = [];
    if (this.#isOver) return this.#out;
    if (this.#framing instanceof SseFramer) this.#framing.end();
    return this.#flush();
  }

  #flush(): readonly ChatEvent[] {
    const failure = this.#framing?.failure ?? null;
    if (failure !== null && !this.#isOver) this.#fail(answerFailure("malformed", failure));
    return this.#out;
  }

  #frame(text: string): SseFramer | JsonSequence | null {
    const first = text.replace(/^\uFEFF/, "").trimStart()[0];
    if (first === undefined) return null;
    if (first === "[" || first === "{") return new JsonSequence((object) => void this.#event(object));
    const sink = {
      event: (_name: string, data: string) => this.#event(data),
      run: (pieces: readonly string[]) => {
        if (!this.#isOver) this.#blocks.text(pieces);
      },
    };
    return new SseFramer(sink, { line: CHARACTERS, event: CHARACTERS });
  }

  #event(data: string): DeltaSpan | null {
    if (this.#isOver) return null;
    let value: unknown;
    try {
      value = parseExact(data);
    } catch {
      return this.#fail(answerFailure("malformed", "An event of the stream is not valid JSON."));
    }
    const chunk: unknown = Array.isArray(value) ? value[0] : value;
    if (!isRecord(chunk)) return this.#fail(answerFailure("malformed", "An event of the stream is not a JSON object."));
    if (chunk["error"] === undefined || chunk["error"] === null) return this.#chunk(chunk, data);
    this.errorTold = true;
    return this.#fail(classifyErrorBody({ status: 200, body: data, retryAfterSeconds: null }));
  }

  #chunk(chunk: Body, data: string): DeltaSpan | null {
    const usage = readUsage(chunk["usageMetadata"]);
    this.#start(chunk, usage);
    const { annotations, finish, parts } = readCandidate(chunk);
    for (const part of parts) {
      const problem = this.#blocks.part(part);
      if (problem !== null) return this.#fail(answerFailure("malformed", problem));
    }
    this.#blocks.annotate(annotations);
    if (usage !== null) this.#out.push({ kind: "usage", usage });
    this.#finish = finish ?? this.#finish;
    if (this.#hasEnded(chunk, finish)) return this.#settle();
    return parts.length === 1 && isPureText(parts[0]) ? findDelta(data, "text") : null;
  }

  #start(chunk: Body, usage: Usage | null): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const early = usage === null ? null : { ...usage, outputTokens: 0, reasoningTokens: 0 };
    this.#out.push({ kind: "start", id: textOf(chunk["responseId"]), model: textOf(chunk["modelVersion"]), usage: early });
  }

  /** Whether every choice has its reason now; a refused prompt has none. */
  #hasEnded(chunk: Body, finish: Finish | null): boolean {
    if (this.#choices === 1) return finish !== null;
    const candidates = listOf(chunk["candidates"]).filter(isRecord);
    if (candidates.length === 0) return finish !== null;
    for (const { finishReason, index } of candidates) if (readFinish(finishReason) !== null) this.#ended.add(index ?? 0);
    return this.#ended.size >= this.#choices;
  }

  #settle(): null {
    this.#blocks.settle();
    this.#out.push({ kind: "finish", finish: this.#finish ?? { reason: "stop", raw: null, stopSequence: null } });
    return null;
  }

  #fail(failure: Failure): null {
    this.#isOver = true;
    this.#out.push({ kind: "error", failure });
    return null;
  }
}

/** A text that is not empty and nothing beside it: further events may differ in it alone. */
function isPureText(part: Body | undefined): boolean {
  return part !== undefined && textOf(part["text"]) !== null && Object.keys(part).length === 1;
}
