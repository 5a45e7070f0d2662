import type { Failure } from "../../core/failure.ts";
import type { Usage } from "../../core/usage.ts";
import type { Annotation, Block, Seal } from "./block.ts";

/** Why an answer ended, in no dialect. */
export type FinishReason =
  | "stop"
  | "stop_sequence"
  | "length"
  | "context"
  | "tool_calls"
  | "content_filter"
  | "pause"
  | "malformed_call"
  | "other";

export interface Finish {
  readonly reason: FinishReason;
  /** The backend's own word. */
  readonly raw: string | null;
  /** The stop sequence that was met, where the backend says. */
  readonly stopSequence: string | null;
}

/** What is known of a block when it opens; its text follows in deltas. */
export type BlockHead =
  | { readonly kind: "text" }
  | { readonly kind: "refusal" }
  | { readonly kind: "reasoning"; readonly isSummary: boolean }
  | {
      readonly kind: "tool_call";
      readonly id: string;
      readonly name: string;
      readonly form: "function" | "custom";
      readonly namespace: string | null;
    };

/**
 * An answer as it comes. What a reader gives is *loose*: `index` is any number that stays the same for a block, blocks may
 * interleave, a block may be left open, usage may come twice. `Arranger` makes it *strict*, which is what every writer may
 * rely on: one `start` first; indices contiguous from 0 in opening order; at most one block open; every block closed before
 * the end; the last `usage` before `finish`; exactly one `finish` or `error`, last.
 */
export type ChatEvent =
  | {
      readonly kind: "start";
      readonly id: string | null;
      readonly model: string | null;
      /** Input usage where the backend tells it early; outputTokens is then 0. */
      readonly usage: Usage | null;
    }
  | { readonly kind: "open"; readonly index: number; readonly head: BlockHead }
  /**
   * More of the open block's text: text, thoughts, or arguments. Each piece is one upstream delta, *as it stands between the
   * quotes of a JSON string*: a writer puts it between quotes of its own without unescaping.
   */
  | { readonly kind: "delta"; readonly index: number; readonly pieces: readonly string[] }
  | { readonly kind: "seal"; readonly index: number; readonly seal: Seal }
  | { readonly kind: "annotate"; readonly index: number; readonly annotation: Annotation }
  | { readonly kind: "close"; readonly index: number }
  /** A block that comes whole: media, opaque, a redacted thought. It opens and closes here. */
  | { readonly kind: "block"; readonly index: number; readonly block: Block }
  | { readonly kind: "usage"; readonly usage: Usage }
  | { readonly kind: "finish"; readonly finish: Finish }
  | { readonly kind: "error"; readonly failure: Failure };

/** A whole answer in no dialect. */
export interface ChatAnswer {
  readonly id: string | null;
  readonly model: string | null;
  readonly blocks: readonly Block[];
  readonly finish: Finish;
  readonly usage: Usage | null;
}
