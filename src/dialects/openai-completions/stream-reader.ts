import { escapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { failureOfError, findError } from "../canonical/openai-answer-error.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import type { StreamReader } from "../stream.ts";
import { EventReader } from "../sse/event-reader.ts";
import { findDelta } from "../sse/find-delta.ts";
import type { DeltaSpan } from "../sse/sse-framer.ts";
import { readFinish } from "./finish-reasons.ts";

type Chunk = Readonly<Record<string, unknown>>;

const TEXT = 0;

/** Reads the first choice of a completion's stream. */
export function createStreamReader(): StreamReader<string> {
  return new CompletionsReader();
}

class CompletionsReader extends EventReader {
  #isStarted = false;

  constructor() {
    super({ parse: JSON.parse, hasDone: true });
  }

  protected run(pieces: readonly string[]): void {
    this.tell({ kind: "delta", index: TEXT, pieces });
  }

  protected read(chunk: Chunk, data: string, name: string): DeltaSpan | null {
    const error = findError(name, chunk);
    if (error !== null) {
      this.errorTold = true;
      return this.fail(failureOfError(error));
    }
    if (!this.#isStarted) this.#start(chunk);
    const usage = readOpenAiUsage(chunk["usage"]);
    if (usage !== null) this.tell({ kind: "usage", usage });
    const choices: readonly unknown[] = Array.isArray(chunk["choices"]) ? chunk["choices"] : [];
    const choice = choices.find((one) => isRecord(one) && (one["index"] ?? 0) === 0);
    if (!isRecord(choice)) return null;
    const span = this.#say(choice["text"], data);
    const finish = readFinish(choice["finish_reason"]);
    if (finish !== null) this.tell({ kind: "finish", finish });
    return finish === null && usage === null && choices.length === 1 ? span : null;
  }

  #start({ id, model }: Chunk): void {
    this.#isStarted = true;
    const isNamed = typeof id === "string" && id !== "";
    this.tell({ kind: "start", id: isNamed ? id : null, model: typeof model === "string" ? model : null, usage: null });
    this.tell({ kind: "open", index: TEXT, head: { kind: "text" } });
  }

  /** Text as it stands on the wire where it can be found there. */
  #say(text: unknown, data: string): DeltaSpan | null {
    if (typeof text !== "string" || text === "") return null;
    const span = findDelta(data, "text");
    const piece = span === null ? escapeText(text) : data.slice(span.start, span.end);
    this.tell({ kind: "delta", index: TEXT, pieces: [piece] });
    return span;
  }
}
