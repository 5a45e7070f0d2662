import type { Used } from "../core/access/access.ts";
import { FairleadError } from "../core/errors.ts";
import type { ChatRequest } from "../dialects/canonical/chat-request.ts";
import { mayHoldEnvelope } from "../dialects/canonical/seal-envelope.ts";
import { usesOf } from "../dialects/canonical/uses-of.ts";
import type { DecodedRequest, Surface } from "../dialects/dialect.ts";
import type { AnswerContext } from "../dialects/stream.ts";
import type { Run } from "./deps.ts";

/** What reading the canonical request gave: once, however many targets are asked. */
type Reading =
  | { readonly kind: "read"; readonly chat: ChatRequest }
  | { readonly kind: "unreadable"; readonly error: FairleadError };

/** One request as every target sees it: decoded, and read into the canonical form only where a target needs that. */
export class Asking {
  readonly decoded: DecodedRequest;
  readonly surface: Surface;
  readonly #run: Pick<Run, "requestId" | "startedAt">;
  #reading: Reading | null = null;
  #uses: readonly Used[] | null = null;
  #holdsEnvelope: boolean | null = null;

  constructor(decoded: DecodedRequest, surface: Surface, run: Pick<Run, "requestId" | "startedAt">) {
    this.decoded = decoded;
    this.surface = surface;
    this.#run = run;
  }

  /** The request in no dialect, or why its surface cannot be read so. */
  get reading(): Reading {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** What it turns on, beside a stream. */
  get uses(): readonly Used[] {
    this.#uses ??= usesOf(this.decoded, this.decoded.operation === "embeddings" ? null : this.#chat, this.surface);
    return this.#uses;
  }

  /** Another family's opaque state stands in the history: the request cannot be forwarded as it came. */
  get holdsEnvelope(): boolean {
    this.#holdsEnvelope ??= mayHoldEnvelope(this.decoded.text);
    return this.#holdsEnvelope;
  }

  /** What ids are minted from. */
  get seed(): string {
    return this.#run.requestId.replaceAll("-", "");
  }

  answerContext(model: string): AnswerContext {
    return { seed: this.seed, createdSeconds: Math.floor(this.#run.startedAt / 1_000), model, asked: this.decoded };
  }

  get #chat(): ChatRequest | null {
    return this.reading.kind === "read" ? this.reading.chat : null;
  }

  #read(): Reading {
    try {
      return { kind: "read", chat: this.surface.readChat(this.decoded) };
    } catch (error) {
      if (error instanceof FairleadError) return { kind: "unreadable", error };
      throw error;
    }
  }
}
