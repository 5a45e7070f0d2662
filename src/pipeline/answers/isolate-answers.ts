import { AnswerMemory } from "../../core/cache/answer-memory.ts";
import { LookUpEconomy } from "../../core/cache/look-up-economy.ts";
import { BoundedMap } from "../../core/bounded-map.ts";
import { Room } from "../../core/idempotency/room.ts";
import type { Found, NotFound, Question } from "../../core/cache/question.ts";
import type { AnswerAdmin } from "../../ports/answer-admin.ts";
import type { AnswerStore } from "../../ports/answer-store.ts";
import type { Run } from "../deps.ts";
import { Patience } from "../patience.ts";
import { Flights } from "./flights.ts";

/** Of an isolate's 128 MB: answers that have come, and those that are coming. */
const MEMORY_BYTES = 16 * 1_048_576;
const COMING_BYTES = 16 * 1_048_576;
const MOST_ROUTES = 1_000;
/** In a burst on cold isolates it may take so long to hear who is to ask upstream: nobody waits so long twice for a store that is away. */
const LEADING = { mostMs: 5_000, downMs: 30_000 };
/** After it was waited for in vain, the store is not asked for so long. */
const DOWN_MS = 1_000;

interface Asking {
  /** Of the route. */
  readonly economy: LookUpEconomy;
  readonly run: Pick<Run, "now" | "sleep">;
}

type SharedAnswers = AnswerStore & Pick<AnswerAdmin, "feedback">;

/** Stored answers as one isolate sees them: what it remembers, what it is asking upstream, and the store that all share. */
export class IsolateAnswers {
  readonly memory = new AnswerMemory(MEMORY_BYTES);
  readonly flights = new Flights();
  /** For copies of streams under way. */
  readonly room = new Room(COMING_BYTES);
  /** Null where answers are kept in this isolate alone. */
  readonly store: SharedAnswers | null;
  readonly #economies = new BoundedMap<LookUpEconomy>(MOST_ROUTES, () => new LookUpEconomy());
  readonly #patience = new Patience();

  constructor(store: SharedAnswers | null) {
    this.store = store;
  }

  /** What looking up is worth on a route. */
  economyOf(route: string): LookUpEconomy {
    return this.#economies.use(route);
  }

  /** What the store says to a question; null where it cannot be asked, or has not answered in time. Never rejects. */
  lookUp(question: Question, asking: Asking): Promise<Found | NotFound | null> {
    return this.#ask((store, now) => store.lookUp(question, now), asking);
  }

  /** The same where one of all who ask at once is to ask upstream, and the others wait for its answer. A miss makes the caller that one. */
  async leadOrFollow(question: Question, asking: Asking & { readonly until: number }): Promise<Found | NotFound | null> {
    const { economy, run, until } = asking;
    const waitMs = economy.patienceMs(run.now());
    const led = await this.#ask((store, now) => store.lead(question, waitMs, now), { ...asking, ...LEADING });
    if (led?.kind !== "led" || this.store === null) return led?.kind === "led" ? null : led;
    const followed = this.store.follow(question, waitMs, run.now()).catch(() => null);
    return Promise.race([followed, run.sleep(Math.max(0, until - run.now())).then(() => null)]);
  }

  async #ask<Said extends { readonly kind: string }>(
    asking: (store: AnswerStore, now: number) => Promise<Said>,
    { downMs = DOWN_MS, economy, mostMs, run }: Asking & Partial<typeof LEADING>,
  ): Promise<Said | null> {
    const startedAt = run.now();
    if (this.store === null || this.#patience.gaveUpAgoMs(startedAt) < downMs) return null;
    const asked = asking(this.store, startedAt).then(
      (said) => {
        const now = run.now();
        this.#patience.note(now - startedAt, now);
        economy.learnLookUp(now - startedAt, said.kind === "hit");
        return { said };
      },
      () => ({ said: null }),
    );
    const heard = await this.#patience.within(asked, run, mostMs);
    if (heard === null || heard.said === null) this.#patience.giveUp(run.now());
    if (heard === null) economy.learnSilence(run.now() - startedAt);
    return heard?.said ?? null;
  }
}
