import { dimensionsOf, type Embedded, type Embedder, embedderId } from "../embedder.ts";
import { quantise } from "../index/quantise.ts";
import type { Label } from "../semantic/answers-equal.ts";
import { type Candidate, CANDIDATES } from "../semantic/features.ts";
import type { Proposed } from "../semantic/proposal.ts";
import { SemanticJudge } from "../semantic/semantic-judge.ts";
import { vetoOf } from "../text/veto.ts";
import type { Explained, NearEntry } from "../answer-care.ts";
import type { Why } from "../question.ts";
import type { AnswerTables } from "./answer-tables.ts";
import type { Classes } from "./classes.ts";
import { type Entry, isFor, stateOf } from "./entry.ts";
import type { Asked, Shelf } from "./shelf.ts";
import type { Vectors } from "./vectors.ts";

/** Later than that a question is answered without. */
const LOOK_UP_MS = 80;
/** Nobody waits for it. */
const KEEP_MS = 5_000;

/** A vector of a text, in time; never rejects. */
export type Embed = (text: string, embedder: Embedder, withinMs: number) => Promise<Embedded>;

/** An entry that may be the answer, and what is thought of it. */
export interface Near {
  readonly entry: number;
  readonly proposal: Proposed;
  /** By its `embedderId`: whose judge thought so. */
  readonly embedder: string;
}

/** What was found out of a question, for what upstream answers to it. */
export interface Finding {
  readonly question: string;
  readonly principal: string;
  readonly vector: Int8Array | null;
  readonly near: Near | null;
}

/** What a search came to. */
export interface Searched {
  readonly finding: Finding;
  /** What is given; null where upstream is to be asked. */
  readonly given: Entry | null;
  readonly why: Why;
}

export interface ProposalParts {
  readonly tables: AnswerTables;
  readonly shelf: Shelf;
  readonly vectors: Vectors;
  readonly classes: Classes;
  readonly embed: Embed;
  /** [0, 1) */
  readonly draw: () => number;
}

/** The semantic tier of a book: what is near, what the judge says of it, what is learnt of it. */
export class Proposals {
  readonly #tables: AnswerTables;
  readonly #shelf: Shelf;
  readonly #vectors: Vectors;
  readonly #classes: Classes;
  readonly #embed: Embed;
  readonly #draw: () => number;

  constructor(parts: ProposalParts) {
    this.#tables = parts.tables;
    this.#shelf = parts.shelf;
    this.#vectors = parts.vectors;
    this.#classes = parts.classes;
    this.#embed = parts.embed;
    this.#draw = parts.draw;
  }

  /** Whatever fails is a miss that says so. */
  async find(asked: Asked): Promise<Searched> {
    const { keys, semantic, text } = asked.question;
    const nothing = { question: keys.exact, principal: keys.principal, vector: null, near: null };
    if (semantic === null || text === null)
      return { finding: nothing, given: null, why: miss("Nothing is kept under its name.") };
    try {
      const embedded = await this.vectorOf(asked, LOOK_UP_MS);
      if (typeof embedded === "string") return { finding: nothing, given: null, why: miss(embedded) };
      return await this.#propose(asked, { ...nothing, vector: embedded });
    } catch (error) {
      return { finding: nothing, given: null, why: miss(`The search failed: ${String(error)}`) };
    }
  }

  /** The vector of the question, or why there is none. */
  async vectorOf({ question: { embedder, text } }: Asked, withinMs: number = KEEP_MS): Promise<Int8Array | string> {
    const embedded = await this.#embed(text ?? "", embedder, withinMs);
    if (embedded.kind === "failed") return `The embedder failed: ${embedded.reason}`;
    const vector = quantise(embedded.vectors[0] ?? [], dimensionsOf(embedder));
    return vector ?? "The embedder gave no vector of its dimensions.";
  }

  /** What upstream's answer says of the entry that was near; null where that cannot be told. */
  async learn(near: Near, fresh: string, asked: Asked): Promise<{ entry: Entry; label: Label } | null> {
    const { now, question, seal } = asked;
    const head = await this.#shelf.head(near.entry, seal);
    const entry = this.#shelf.known(near.entry, asked);
    if (head === null || entry === null) return null;
    const one = this.#classes.use(question.keys.scopeClass, near.embedder);
    const label = one.judge?.learn(near.proposal, { fresh, stored: head.text, now }) ?? null;
    one.changedAt = now;
    return label === null ? null : { entry, label };
  }

  /** What a look-up would look at and say. Nothing is counted, learnt or given. */
  async explain(asked: Asked): Promise<Explained> {
    const { embedder, keys, semantic, text } = asked.question;
    if (semantic === null || text === null) return { tier: null, why: miss("The semantic tier is not asked."), near: [] };
    const vector = await this.vectorOf(asked, LOOK_UP_MS);
    if (typeof vector === "string") return { tier: null, why: miss(vector), near: [] };
    const candidates = await this.#candidates(asked, vector);
    const known = this.#classes.use(keys.scopeClass, embedderId(embedder)).judge?.save() ?? null;
    const judge = SemanticJudge.open(known, embedderId(embedder));
    const proposal = judge.propose(text, candidates, { settings: semantic, draw: () => 1 });
    const near = candidates.flatMap(({ id, question, similarity }): readonly NearEntry[] => {
      const entry = this.#shelf.known(Number(id), asked);
      if (entry === null) return [];
      const state = stateOf(entry, this.#tables.epochs(), asked.now);
      return [{ similarity, veto: vetoOf(text, question), state, isForAsker: isFor(entry, keys.principal) }];
    });
    return { tier: proposal.kind === "proposed" && proposal.serve ? proposal.why.tier : null, why: proposal.why, near };
  }

  async #propose(asked: Asked, finding: Finding): Promise<Searched> {
    const { embedder, keys, semantic, text } = asked.question;
    if (semantic === null || text === null || finding.vector === null) return { finding, given: null, why: miss("") };
    const candidates = await this.#candidates(asked, finding.vector);
    const one = this.#classes.use(keys.scopeClass, embedderId(embedder));
    if (one.judge === null) return { finding, given: null, why: miss("Nothing is ever proposed.") };
    const proposal = one.judge.propose(text, candidates, { settings: semantic, draw: this.#draw });
    one.changedAt = asked.now;
    if (proposal.kind === "none") return { finding, given: null, why: proposal.why };
    const id = Number(proposal.id);
    const entry = this.#shelf.find(id, asked, 0);
    // On probation it is given for the same question but for its spelling, to who brought it in.
    const isGiven = proposal.serve && entry !== null && (entry.isVerified || proposal.standing === "same");
    return {
      finding: { ...finding, near: { entry: id, proposal, embedder: one.embedder } },
      given: isGiven ? entry : null,
      why: proposal.why,
    };
  }

  async #candidates(asked: Asked, vector: Int8Array): Promise<readonly Candidate[]> {
    const { question, seal } = asked;
    const { exact, principal, scope: name } = question.keys;
    const scope = this.#tables.scopeNumber(name);
    if (scope === null) return [];
    await this.#vectors.read(seal, scope);
    const isLive = (id: number): boolean => {
      const entry = this.#shelf.known(id, asked);
      if (entry === null || entry.exact === exact || entry.scope !== name) return false;
      return stateOf(entry, this.#tables.epochs(), asked.now) !== "stale" && !this.#tables.isRefused(entry.exact, exact);
    };
    const matches = this.#vectors.nearest({ scope, vector, most: CANDIDATES, isLive });
    const opened = await Promise.all(
      matches.map(async ({ entry: id, similarity }) => {
        const head = await this.#shelf.head(id, seal);
        const entry = this.#shelf.known(id, asked);
        if (head?.question == null || entry === null) return [];
        const isVerified = entry.isVerified && isFor(entry, principal);
        return [{ id: String(id), similarity, question: head.question, answer: head.text, isVerified }];
      }),
    );
    return opened.flat();
  }
}

function miss(note: string): Why {
  return { tier: null, veto: null, similarity: null, probability: null, note };
}
