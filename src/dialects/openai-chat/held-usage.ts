import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import { findUsage } from "./chunk-usage.ts";

type Chunk = Readonly<Record<string, unknown>>;

/** Usage that is told once, last, in a chunk of its own, however often and wherever a server reports it. */
export class HeldUsage {
  usage: Usage | null = null;
  /** What every chunk says of the answer, for those that are added. */
  common: Chunk = { id: "", object: "chat.completion.chunk", created: 0, model: "" };
  /** The chunk of the last usage as it will be told; null where there was none. */
  data: string | null = null;

  /** True when the chunk reports usage. `alone` is its text when it holds no choices. */
  take(chunk: Chunk, alone: string | null): boolean {
    this.#remember(chunk);
    const usage = findUsage(chunk);
    if (usage === null) return false;
    this.usage = readOpenAiUsage(usage) ?? this.usage;
    const isSound = alone !== null && Array.isArray(chunk["choices"]) && !alone.includes("\n");
    this.data = isSound ? alone : writeJson({ ...(alone === null ? this.common : chunk), choices: [], usage });
    return true;
  }

  /** The chunk without what was held back. */
  without(chunk: Chunk): Chunk {
    if (!isRecord(chunk["usage"])) return chunk;
    const { usage: _, ...rest } = chunk;
    return rest;
  }

  #remember({ created, id, model, object }: Chunk): void {
    if (typeof id === "string" && id !== "") this.common = { id, object, created, model };
  }
}
