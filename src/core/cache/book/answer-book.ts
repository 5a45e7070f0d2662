import { embedderId } from "../embedder.ts";
import type { Explained, Feedback } from "../answer-care.ts";
import type { Found, Judged, Keeping, Led, NotFound, Question, Why } from "../question.ts";
import { MOST_ANSWER_BYTES, type StoredAnswer } from "../stored-answer.ts";
import type { AnswerTables, Totals } from "./answer-tables.ts";
import { BookCare } from "./book-care.ts";
import { countMiss } from "./class-figures.ts";
import { Classes } from "./classes.ts";
import { Finder } from "./finder.ts";
import { Flights } from "./flights.ts";
import { Keeper } from "./keeper.ts";
import type { Finding, Proposals, Searched } from "./proposals.ts";
import { openReceipt } from "./receipt.ts";
import { Remembered } from "./remembered.ts";
import { hex, type Random, Seal } from "./seal.ts";
import { type Asked, Shelf, SHELF_LIMITS } from "./shelf.ts";
import type { SemanticTier } from "./semantic-tier.ts";

/** What a book is made of. */
export interface BookParts {
  readonly tables: AnswerTables;
  /** Null: only exact and canonical answers are given. */
  readonly semantic: SemanticTier | null;
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
  /** Default `SHELF_LIMITS`. */
  readonly limits?: Totals;
}

const NOT_KEPT = "Nothing is kept under its name.";
const TICKET_BYTES = 16;
/** What was found out of a question is of use for so long. */
const FINDING_MS = 120_000;

/**
 * The answers of one shard of a tenant: exact → canonical → semantic, the first that may be given. What a call changes is in the
 * tables when it resolves; changes are made one after the other.
 */
export class AnswerBook {
  readonly care: BookCare;
  readonly #random: Random;
  readonly #classes: Classes;
  readonly #finder: Finder;
  readonly #proposals: Proposals | null;
  readonly #keeper: Keeper;
  readonly #flights: Flights;
  readonly #findings = new Remembered<Finding>(FINDING_MS);
  #changing: Promise<unknown> = Promise.resolve();
  #sealed: { readonly contentsKey: string; readonly seal: Promise<Seal | null> } = {
    contentsKey: "",
    seal: Promise.resolve(null),
  };

  constructor({ limits = SHELF_LIMITS, random, semantic, sleep, tables }: BookParts) {
    const vectors = semantic?.openVectors(tables) ?? null;
    const shelf = new Shelf(tables, vectors, limits);
    const classes = new Classes(tables, semantic?.openJudge ?? null);
    const proposals = vectors === null ? null : (semantic?.openProposals({ tables, shelf, vectors, classes }) ?? null);
    this.#random = random;
    this.#classes = classes;
    this.#finder = new Finder({ tables, shelf, classes });
    this.#proposals = proposals;
    this.#keeper = new Keeper({ tables, shelf, classes, proposals, compare: semantic?.compare ?? differ });
    this.#flights = new Flights(sleep);
    this.care = new BookCare({ tables, shelf, vectors, classes, findings: this.#findings });
  }

  async lookUp(question: Question, now: number): Promise<Found | NotFound> {
    const asked = await this.#asked(question, now);
    return (await this.#finder.byName(asked)) ?? this.#search(asked, this.#newTicket());
  }

  async lead(question: Question, waitMs: number, now: number): Promise<Found | NotFound | Led> {
    const asked = await this.#asked(question, now);
    const named = await this.#finder.byName(asked);
    if (named !== null) return named;
    const [flight, ticket] = [flightOf(question), this.#newTicket()];
    if (!this.#flights.lead(flight, ticket, waitMs)) return { kind: "led" };
    const found = await this.#search(asked, ticket);
    if (found.kind === "hit") this.#flights.kept(flight);
    return found;
  }

  async follow(question: Question, waitMs: number, now: number): Promise<Found | NotFound> {
    const asked = await this.#asked(question, now);
    const named = await this.#finder.byName(asked);
    if (named !== null) return named;
    const ticket = this.#newTicket();
    const news = await this.#flights.follow(flightOf(question), ticket, waitMs);
    if (news === "kept") return (await this.#finder.byName(asked)) ?? this.#search(asked, ticket);
    return {
      kind: "miss",
      ticket,
      why: missed(news === "leads" ? "It is asked for those who wait." : "It was waited for in vain."),
    };
  }

  async keep(question: Question, kept: Keeping, now: number): Promise<void> {
    const asked = await this.#asked(question, now);
    if (isTooLarge(kept.answer)) return this.#flights.release(flightOf(question), kept.ticket ?? "");
    const finding = kept.ticket === null ? null : this.#findings.take(kept.ticket, now);
    const own = finding?.question === question.keys.exact && finding.principal === question.keys.principal ? finding : null;
    const replaced = await this.#inTurn(() => this.#keeper.keep(asked, kept, own));
    if (replaced !== null) this.#finder.refreshed(replaced.id, now);
    this.#flights.kept(flightOf(question));
  }

  async release(question: Question, ticket: string): Promise<void> {
    this.#flights.release(flightOf(question), ticket);
  }

  async judge(question: Question, { answer, id }: Judged, now: number): Promise<void> {
    const asked = await this.#asked(question, now);
    const receipt = await openReceipt(asked.seal, id, question.keys.principal);
    const finding = receipt === null ? null : this.#findings.take(givenName(receipt), now);
    const near = finding?.near ?? null;
    if (near !== null) await this.#inTurn(() => this.#keeper.learn(near, answer, asked));
  }

  /** What a look-up would give, and what it would look at. Nothing is counted, learnt or given. */
  async explain(question: Question, now: number): Promise<Explained> {
    const asked = await this.#asked(question, now);
    const why = await this.#finder.peek(asked);
    if (why !== null) return { tier: why.tier, why, near: [] };
    return (await this.#proposals?.explain(asked)) ?? { tier: null, why: nothingFor(question).why, near: [] };
  }

  /** All that a principal asked and was answered. Resolves with the number of entries. */
  async erase(principal: string, contentsKey: string): Promise<number> {
    const seal = await this.#sealOf(contentsKey);
    return this.#inTurn(() => this.care.erase(principal, seal));
  }

  /** Of who was given an answer. False where `id` was not given to the principal, or its entry is gone. */
  async feedback({ contentsKey, id, now, principal, verdict }: Feedback): Promise<boolean> {
    const seal = await this.#sealOf(contentsKey);
    const receipt = await openReceipt(seal, id, principal);
    if (receipt === null) return false;
    const near = this.#findings.take(givenName(receipt), now)?.near ?? null;
    return this.#inTurn(() => this.care.feedback(receipt, { near, now, seal, verdict }));
  }

  /** The semantic tier; a miss is remembered by its ticket, a hit by its receipt. */
  async #search(asked: Asked, ticket: string): Promise<Found | NotFound> {
    const { keys, embedder } = asked.question;
    const { finding, given, why } = (await this.#proposals?.find(asked)) ?? nothingFor(asked.question);
    if (given !== null && finding.near !== null) {
      const { proposal } = finding.near;
      const tier = proposal.standing === "same" ? "canonical" : "semantic";
      const found = await this.#finder.give(given, { tier, isChecked: proposal.isChecked, why }, asked);
      if (found !== null) {
        this.#findings.put(givenName({ entry: given.id, question: keys.exact, principal: keys.principal }), finding, asked.now);
        return found;
      }
    }
    this.#findings.put(ticket, finding, asked.now);
    const one = this.#classes.use(keys.scopeClass, embedderId(embedder));
    one.figures = countMiss(one.figures);
    one.changedAt = asked.now;
    return { kind: "miss", ticket, why };
  }

  async #asked(question: Question, now: number): Promise<Asked> {
    return { question, seal: await this.#sealOf(question.contentsKey), now };
  }

  /** Of the key that came last: all calls bring the same. */
  async #sealOf(contentsKey: string): Promise<Seal> {
    if (this.#sealed.contentsKey !== contentsKey) this.#sealed = { contentsKey, seal: Seal.of(contentsKey, this.#random) };
    const seal = await this.#sealed.seal;
    if (seal === null) throw new RangeError("The key of contents must be 32 bytes in base64url.");
    return seal;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#changing.then(work);
    this.#changing = turn.catch(() => undefined);
    return turn;
  }

  #newTicket(): string {
    return hex(this.#random(TICKET_BYTES));
  }
}

/** One principal's: what it is answered may be nobody else's. */
function flightOf({ keys: { exact, principal } }: Question): string {
  return `${exact} ${principal}`;
}

function givenName({ entry, principal, question }: { entry: number; question: string; principal: string }): string {
  return `${entry} ${question} ${principal}`;
}

function isTooLarge({ content, text }: StoredAnswer): boolean {
  // A character has at most three bytes a unit of UTF-16.
  const units = content.length + text.length;
  if (units * 3 <= MOST_ANSWER_BYTES) return false;
  return new TextEncoder().encode(content).length + new TextEncoder().encode(text).length > MOST_ANSWER_BYTES;
}

/** Without the tier that knows more, answers say the same where they are the same. */
function differ(): 0 {
  return 0;
}

/** Where nothing is ever proposed. */
function nothingFor({ keys: { exact, principal }, semantic }: Question): Searched {
  const note = semantic === null ? NOT_KEPT : "This Worker was built with no semantic tier: no route of its policy had one.";
  return { finding: { question: exact, principal, vector: null, near: null }, given: null, why: missed(note) };
}

function missed(note: string): Why {
  return { tier: null, veto: null, similarity: null, probability: null, note };
}
