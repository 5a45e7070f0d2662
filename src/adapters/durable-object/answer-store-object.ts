import { AnswerBook } from "../../core/cache/book/answer-book.ts";
import { type CareCall, decodeCareCall } from "../../core/cache/decode-care.ts";
import { type AnswerCall, decodeAnswerCall } from "../../core/cache/decode-question.ts";
import type { SemanticTier } from "../../core/cache/book/semantic-tier.ts";
import type { WorkersAi } from "../embedding/ask-workers-ai.ts";
import { SqlAnswerTables } from "./answer-tables.ts";

/** What was counted and learnt since is written when it is so old, if nothing is kept before. */
const FLUSH_MS = 10_000;
/** What is over within a minute goes together. */
const SWEEP_MS = 60_000;
/** More is left to do. */
const AGAIN_MS = 100;

export interface AnswerStoreEnv {
  readonly AI?: WorkersAi;
}

/**
 * Part of the answers of one tenant and region. `POST /ask` takes an `AnswerCall`, `POST /care` a `CareCall`: what is purged, erased, looked
 * at. It knows no policy and no secret: calls bring the tenant's key and the embedder. What is over is erased by an alarm.
 */
export class AnswerStore {
  readonly #storage: DurableObjectStorage;
  readonly #env: AnswerStoreEnv;
  #opened: AnswerBook | null = null;
  #alarmAt: number | null = null;

  constructor(state: DurableObjectState, env: AnswerStoreEnv) {
    this.#storage = state.storage;
    this.#env = env;
  }

  async fetch(request: Request): Promise<Response> {
    const operation = `${request.method} ${new URL(request.url).pathname}`;
    const sent: unknown = await request.json().catch(() => null);
    if (operation === "POST /ask") {
      const call = decodeAnswerCall(sent);
      return call === null ? new Response("Expected a question.", { status: 400 }) : Response.json(await this.#ask(call));
    }
    if (operation !== "POST /care") return new Response("No such operation.", { status: 404 });
    const call = decodeCareCall(sent);
    return call === null ? new Response("Expected something to do.", { status: 400 }) : Response.json(await this.#care(call));
  }

  async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = Date.now();
    const next = this.#book.care.sweep(now);
    if (next !== null) await this.#wake(next <= now ? now + AGAIN_MS : next + SWEEP_MS);
  }

  /** What searches for answers in other words; null: nothing does. `SemanticAnswerStore` has it. */
  protected openSemantic(_env: AnswerStoreEnv): SemanticTier | null {
    return null;
  }

  async #ask(call: AnswerCall): Promise<unknown> {
    const answer = await this.#answer(call, this.#book);
    await this.#wake(Date.now() + FLUSH_MS);
    return answer ?? null;
  }

  #answer(call: AnswerCall, book: AnswerBook): Promise<unknown> {
    switch (call.kind) {
      case "lookUp":
        return book.lookUp(call.question, call.now);
      case "explain":
        return book.explain(call.question, call.now);
      case "lead":
        return book.lead(call.question, call.waitMs, call.now);
      case "follow":
        return book.follow(call.question, call.waitMs, call.now);
      case "keep":
        return book.keep(call.question, call.kept, call.now);
      case "release":
        return book.release(call.question, call.ticket);
      case "judge":
        return book.judge(call.question, call.judged, call.now);
    }
  }

  /** A book that nobody has written in is not made for it. */
  async #care(call: CareCall): Promise<unknown> {
    if (this.#opened === null && !SqlAnswerTables.isThere(this.#storage.sql)) return call.kind === "stats" ? [] : 0;
    const { care } = this.#book;
    switch (call.kind) {
      case "stats":
        return care.stats();
      case "purge":
        if (call.isDryRun) return care.countOf(call.scope, call.now);
        care.purge(call.scope, call.now);
        await this.#wake(Date.now() + AGAIN_MS);
        return 0;
      case "erase":
        return call.contentsKey === null
          ? care.countOfPrincipal(call.principal)
          : this.#book.erase(call.principal, call.contentsKey);
      case "feedback":
        return (await this.#book.feedback(call)) ? 1 : 0;
    }
  }

  get #book(): AnswerBook {
    this.#opened ??= new AnswerBook({
      tables: new SqlAnswerTables(this.#storage),
      semantic: this.openSemantic(this.#env),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    return this.#opened;
  }

  /** Sets the alarm, unless an earlier one is set. */
  async #wake(at: number): Promise<void> {
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    await this.#storage.setAlarm(at);
  }
}
