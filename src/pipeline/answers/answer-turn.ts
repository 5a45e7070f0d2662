import type { Remembered } from "../../core/cache/answer-memory.ts";
import type { StoredAnswer } from "../../core/cache/stored-answer.ts";
import { vetoOf } from "../../core/cache/text/veto.ts";
import { ERROR_TABLE, FairleadError } from "../../core/errors.ts";
import type { Found, NotFound, Question, Why } from "../../core/cache/question.ts";
import { MOST_RECORD_CHARACTERS } from "../../dialects/canonical/answer-record.ts";
import { BoundedCopy } from "../bounded-copy.ts";
import type { Run } from "../deps.ts";
import type { Hit } from "../stages/recall.ts";
import type { Landing } from "./flights.ts";
import type { IsolateAnswers } from "./isolate-answers.ts";
import { readKept } from "./read-kept.ts";
import type { Slot } from "./slot.ts";

type Clock = Pick<Run, "now" | "sleep" | "defer" | "startedAt">;
type Said = Found | NotFound | null;

/** What upstream answered, if that may be kept; null if not. */
export type Capture = () => StoredAnswer | null;

interface Offer {
  readonly capture: Capture;
  /** Else it is a refusal, which is repeated to the very same question alone. */
  readonly isAnswer: boolean;
}

/** Where a store has the answers too, memory asks it again after so long, and so hears of what was found wrong. */
const CONFIRMED_MS = 60_000;

const SILENCE: Promise<null> = Promise.resolve(null);

/** One question on its way to its answer: what is found, what is kept of what comes, and who waits for it. */
export class AnswerTurn {
  readonly slot: Slot;
  /** What the store says; null where it cannot be asked. Never rejects. */
  lookedUp: Promise<Said> = SILENCE;
  /** What it has said so far. */
  #said: Said = null;
  /** The store has not answered yet, and may do so before upstream. */
  isOpen = false;
  readonly #answers: IsolateAnswers;
  readonly #run: Clock;
  #land: (landing: Landing) => void = () => undefined;
  /** Others wait for it at the store, too. */
  #leadsThere = false;
  #offer: Offer | null = null;
  #over: () => void = () => undefined;
  /** What those who wait are told where nothing is kept. */
  #otherwise: Landing = "failed";

  constructor(slot: Slot, answers: IsolateAnswers, run: Clock) {
    this.slot = slot;
    this.#answers = answers;
    this.#run = run;
  }

  /** What this isolate remembers and may give; where `isInstead`, also what is given in the place of a failure alone. */
  remembered(isInstead = false): Hit | null {
    const { memory } = this.#answers;
    const { names, question } = this.slot;
    const exact = memory.findExact(names.exact);
    const hit = exact === null ? null : this.#giveRemembered(exact, isInstead);
    if (hit !== null || names.canonical === null || question.text === null) return hit;
    const canonical = memory.findCanonical(names.canonical);
    if (canonical === null || canonical.text === null || vetoOf(canonical.text, question.text) !== null) return null;
    return this.#giveRemembered({ ...canonical, id: null, tier: "canonical" }, isInstead);
  }

  /** Waits for the same question under way here: `look` again when it has its answer, `ask` where there is none to wait for. */
  async join(until: number): Promise<"look" | "ask"> {
    const { economy, names } = this.slot;
    const patienceMs = economy.patienceMs(this.#run.now());
    const joined = await this.#answers.flights.join(names.exact, { patienceMs, until }, this.#run);
    if (joined.kind === "lead") this.#land = joined.land;
    return joined.kind === "landed" && this.#run.now() < until ? "look" : "ask";
  }

  /** It is asked upstream beside an answer that is given; false where it is being asked already. */
  tryLead(): boolean {
    const led = this.#answers.flights.tryLead(this.slot.names.exact);
    if (led !== null) this.#land = led.land;
    return led !== null;
  }

  /** Asks the store; waits for it where the route coalesces, or where that pays. Null: upstream is to be asked. */
  async lookUp(until: number): Promise<Hit | null> {
    const { cache, economy, question } = this.slot;
    const run = this.#run;
    if (this.#answers.store === null) return null;
    if (cache.coalesce) {
      const said = await this.#answers.leadOrFollow(question, { economy, until, run });
      this.#leadsThere = said?.kind === "miss";
      this.#said = said;
      this.lookedUp = Promise.resolve(said);
      return this.given(said);
    }
    this.lookedUp = this.#answers.lookUp(question, { economy, run }).then((said) => (this.#said = said));
    const serialMs = economy.serialMs(run.now());
    const early = serialMs === 0 ? "late" : await Promise.race([this.lookedUp, run.sleep(serialMs).then(() => "late" as const)]);
    this.isOpen = early === "late";
    return early === "late" ? null : this.given(early);
  }

  /** Why nothing was found, as far as that is known. */
  get why(): Why | null {
    return this.#said?.kind === "miss" ? this.#said.why : null;
  }

  /** What the store has found, if it may be given. */
  given(said: Said): Hit | null {
    if (said?.kind !== "hit" || !this.#mayGive(said.answer)) return null;
    const { answer: stored, id, isChecked, isStale, isToRefresh, tier, why } = said;
    if (tier !== "semantic" && !isStale) {
      // The text of the question that it was stored under is known where that is this one.
      const isOwn = tier === "exact";
      this.#remember({ id, tier, answer: stored, text: isOwn ? this.slot.question.text : null });
    }
    this.#land("kept");
    const again = isToRefresh ? "refresh" : isChecked ? "check" : null;
    return { kind: "hit", turn: null, slot: this.slot, tier, id, stored, isStale, again, why };
  }

  /** A stored answer in the place of a failure, also one that has outlived its lifetime where the route allows that. */
  async instead(error: unknown): Promise<Hit | null> {
    const found = this.isOpen ? this.given(await this.lookedUp) : null;
    const { staleIfErrorMs } = this.slot.cache;
    if (found !== null || staleIfErrorMs === 0 || !isOutage(error)) return found;
    const known = this.remembered(true);
    if (known !== null) return known;
    const question = { ...this.slot.question, semantic: null, staleMs: staleIfErrorMs };
    return this.given(await this.#answers.lookUp(question, { economy: this.slot.economy, run: this.#run }));
  }

  /** When the request has ended well, `capture` tells what of its answer is kept. */
  offer(capture: Capture): void {
    this.#offer = { capture, isAnswer: true };
  }

  /** Tells the store what upstream answered to what it had answered. */
  async judge({ id }: Hit, fresh: StoredAnswer): Promise<void> {
    if (id === null) return;
    await this.#answers.store?.judge(this.slot.question, { id, answer: fresh }, this.#run.now()).catch(() => undefined);
  }

  /** For a copy of a stream as it passes, which begins with what has come. */
  copyOf(held: readonly Uint8Array[]): BoundedCopy {
    const copy = new BoundedCopy(this.#answers.room, MOST_RECORD_CHARACTERS);
    for (const chunk of held) copy.add(chunk);
    return copy;
  }

  /** `over` is called when nothing of the answer is needed any more. */
  whenOver(over: () => void): void {
    this.#over = over;
  }

  /** Upstream would refuse it again: nobody waits for somebody else to ask, and `capture` tells what is kept, null where nothing is. */
  refuse(capture: Capture | null): void {
    this.#otherwise = "unkept";
    if (capture !== null) this.#offer = { capture, isAnswer: false };
  }

  /** The request has ended; `isSound`: its answer is whole. */
  end(isSound: boolean): void {
    const offer = this.#offer;
    if (offer?.isAnswer === isSound) this.#run.defer(this.#keep(offer));
    else this.#giveUp(isSound ? "unkept" : this.#otherwise);
  }

  async #keep({ capture, isAnswer }: Offer): Promise<void> {
    // The caller's answer goes first.
    await this.#run.sleep(0);
    const answer = capture();
    this.#over();
    if (answer === null) return this.#giveUp("unkept");
    const { cache, economy, question, ttlMs } = this.slot;
    const asked = isAnswer ? question : exactly(question);
    const freshMs = isAnswer ? ttlMs : (cache.negativeTtlMs ?? 0);
    const staleMs = isAnswer ? Math.max(cache.staleIfErrorMs, cache.staleWhileRevalidateMs) : 0;
    if (isAnswer) economy.learnUpstream(answer.durationMs, this.#run.now());
    this.#remember({ id: null, tier: "exact", answer, text: asked.text }, freshMs);
    this.#land("kept");
    const { store } = this.#answers;
    if (store === null) return;
    const said = await this.lookedUp;
    const ticket = said?.kind === "miss" ? said.ticket : null;
    // What the store does not take is asked upstream once more.
    await store.keep(asked, { ticket, answer, ttlMs: freshMs, staleMs }, this.#run.now()).catch(() => undefined);
  }

  #giveUp(landing: Landing): void {
    this.#over();
    this.#land(landing);
    if (this.#leadsThere) this.#run.defer(this.#release());
    this.#leadsThere = false;
  }

  async #release(): Promise<void> {
    const said = await this.lookedUp;
    if (said?.kind === "miss") await this.#answers.store?.release(this.slot.question, said.ticket).catch(() => undefined);
  }

  #giveRemembered(remembered: Remembered, isInstead: boolean): Hit | null {
    const { cache } = this.slot;
    const { answer: stored, endsAt, id, tier } = remembered;
    const now = this.#run.now();
    const staleMs = isInstead ? cache.staleIfErrorMs : cache.staleWhileRevalidateMs;
    const isTooOld = now >= endsAt + staleMs || (!isInstead && now >= remembered.askAgainAt);
    if (isTooOld || stored.createdAt <= this.slot.purgedAt || !this.#mayGive(stored)) return null;
    const isStale = now >= endsAt;
    const again = isStale && !isInstead ? "refresh" : null;
    return { kind: "hit", turn: null, slot: this.slot, tier, id, stored, isStale, again, why: null };
  }

  #mayGive(stored: StoredAnswer): boolean {
    const { killedTargets, question, wish } = this.slot;
    const isYoung = stored.createdAt >= this.#run.now() - wish.maxAgeMs;
    return isYoung && !killedTargets.has(`${question.tenant}/${stored.target}`) && readKept(stored) !== null;
  }

  #remember(known: Omit<Remembered, "endsAt" | "askAgainAt">, ttlMs = this.slot.ttlMs): void {
    const { names } = this.slot;
    const now = this.#run.now();
    const askAgainAt = this.#answers.store === null ? Number.POSITIVE_INFINITY : now + CONFIRMED_MS;
    const endsAt = known.answer.createdAt + ttlMs;
    const canonical = known.text === null ? null : names.canonical;
    this.#answers.memory.keep({ exact: names.exact, canonical }, { ...known, endsAt, askAgainAt });
  }
}

/** The same question, which nothing but itself is like. */
function exactly(question: Question): Question {
  return { ...question, text: null, semantic: null, keys: { ...question.keys, canonical: null } };
}

/** Upstream did not answer, or wanted to be left alone: it says nothing of the request. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof FairleadError)) return false;
  const { status } = ERROR_TABLE[error.code];
  return status >= 500 || status === 429;
}
