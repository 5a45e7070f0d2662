import { type Keeping, LONGEST_KEEP_MS, type Question } from "../question.ts";
import type { StoredAnswer } from "../stored-answer.ts";
import type { AnswerTables, Name, Sealed, Totals } from "./answer-tables.ts";
import { type Entry, heated, isFor, stateOf } from "./entry.ts";
import type { Seal } from "./seal.ts";
import { openAnswer, openHead, type Head, sealAnswer } from "./sealed-answer.ts";
import type { Vectors } from "./vectors.ts";

/** A question with what reads and writes under its tenant's key, and when it is asked. */
export interface Asked {
  readonly question: Question;
  readonly seal: Seal;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a shelf holds at most. */
export const SHELF_LIMITS: Totals = { entries: 50_000, bytes: 2_147_483_648, vectorBytes: 33_554_432 };
/** Who has brought in more than that gives way first. */
const PRINCIPAL_SHARE = 0.1;
/** What gives way together, so that it is not looked for with each new entry. */
const GIVES_WAY = 0.01;

/** A new entry's question and answer, and its vector where it may be proposed. */
export interface Draft {
  readonly kept: Keeping;
  readonly vector: Int8Array | null;
}

/** Another answer to an entry's own question, and whether it says the same. */
export interface Replacement {
  readonly entry: Entry;
  readonly kept: Keeping;
  readonly isSame: boolean;
}

/** Entries with their texts and vectors. */
export class Shelf {
  readonly #tables: AnswerTables;
  /** Null where nothing is ever proposed. */
  readonly #vectors: Vectors | null;
  readonly #limits: Totals;
  /** How often entries were given since that was last written. */
  readonly #given = new Map<number, number>();

  constructor(tables: AnswerTables, vectors: Vectors | null, limits: Totals) {
    this.#tables = tables;
    this.#vectors = vectors;
    this.#limits = limits;
  }

  /** The entry as it is, where the asker may be given it at all. `staleMs`: how long past its end. */
  find(id: number, { now, question, seal }: Asked, staleMs: number): Entry | null {
    const entry = this.known(id, { now, seal });
    if (entry === null || !isFor(entry, question.keys.principal)) return null;
    return now < entry.staleAt + staleMs ? entry : null;
  }

  /** The entry as it is, whoever may be given it; null for what is dead or under another key. */
  known(id: number, { now, seal }: Pick<Asked, "now" | "seal">): Entry | null {
    const entry = this.#tables.entry(id);
    if (entry === null || entry.keyId !== seal.keyId) return null;
    return stateOf(entry, this.#tables.epochs(), now) === "dead" ? null : entry;
  }

  async head(id: number, seal: Seal): Promise<Head | null> {
    const sealed = this.#tables.sealed(id);
    return sealed === null ? null : openHead(seal, id, sealed);
  }

  async answer(id: number, seal: Seal): Promise<StoredAnswer | null> {
    const sealed = this.#tables.sealed(id);
    return sealed === null ? null : openAnswer(seal, id, sealed);
  }

  /** The text that a name of an entry stands for; null where there is none or it does not open. */
  async textOf({ alias, entry, name }: Name, seal: Seal): Promise<string | null> {
    if (alias !== null) return seal.openText(alias, aliasName(entry, name));
    return (await this.head(entry, seal))?.question ?? null;
  }

  given(id: number): void {
    this.#given.set(id, (this.#given.get(id) ?? 0) + 1);
  }

  /** Inside of a change: what was given since the last time keeps its place for longer. */
  writeGiven(now: number): void {
    for (const [id, times] of this.#given) {
      const entry = this.#tables.entry(id);
      if (entry !== null) this.#tables.update(heated(entry, times, now));
    }
    this.#given.clear();
  }

  /** A new entry. `also` is kept with it or not at all. */
  async add(asked: Asked, { kept, vector }: Draft, also: () => void): Promise<void> {
    const { now, question, seal } = asked;
    const { keys, text } = question;
    const id = this.#tables.nextNumber();
    const sealed = await sealAnswer(seal, id, { question: text, answer: kept.answer });
    const entry: Entry = {
      id,
      keyId: seal.keyId,
      scopeClass: keys.scopeClass,
      scope: keys.scope,
      exact: keys.exact,
      principal: keys.principal,
      audience: keys.principal,
      isVerified: false,
      dimensions: vector?.length ?? 0,
      heat: 1,
      heatAt: now,
      ...factsOf(question, kept, sealed),
    };
    const scope = this.#tables.scopeNumber(keys.scope) ?? this.#tables.nextNumber();
    const page = vector === null ? null : ((await this.#vectors?.add(seal, { entry: id, scope, vector })) ?? null);
    this.#tables.change(() => {
      this.#tables.save(entry, sealed);
      for (const name of new Set([keys.exact, keys.canonical ?? keys.exact]))
        this.#tables.addName({ name, entry: id, alias: null, principal: keys.principal });
      if (page !== null) {
        this.#tables.saveScope(keys.scope, scope);
        this.#vectors?.write(page);
      }
      also();
      this.#makeRoom();
    });
    await this.#vectors?.tidy(seal);
  }

  /** Where it is not the same, nobody has agreed with it yet. `also` is kept with it or not at all. */
  async replace(asked: Asked, { entry, isSame, kept }: Replacement, also: () => void): Promise<void> {
    const { question, seal } = asked;
    const sealed = await sealAnswer(seal, entry.id, { question: question.text, answer: kept.answer });
    const standing = isSame ? {} : { isVerified: false, principal: question.keys.principal, audience: question.keys.principal };
    this.#tables.change(() => {
      this.#tables.save({ ...entry, ...standing, ...factsOf(question, kept, sealed) }, sealed);
      if (!isSame) this.#tables.dropAliasesOf(entry.id);
      also();
      this.#makeRoom();
    });
    await this.#vectors?.tidy(seal);
  }

  /** The names under which a question is an entry's too, to be written inside of a change. */
  async alias(entry: number, { question, seal }: Asked): Promise<() => void> {
    const { canonical, exact, principal } = question.keys;
    const names = [...new Set([exact, canonical ?? exact])];
    const sealed = await Promise.all(names.map((name) => seal.sealText(question.text ?? "", aliasName(entry, name))));
    return () => names.forEach((name, index) => this.#tables.addName({ name, entry, alias: sealed[index] ?? null, principal }));
  }

  /** Inside of a change: who takes up more than a share gives way first, then whatever is worth least. */
  #makeRoom(): void {
    while (this.#isFull()) {
      const { entries } = this.#tables.totals();
      const most = Math.max(1, Math.ceil(entries * GIVES_WAY));
      const heavy = this.#tables.heavy(entries * PRINCIPAL_SHARE);
      const victims = this.#tables.worst(most, heavy);
      if (victims.length === 0) return;
      this.#tables.remove(victims);
    }
  }

  #isFull(): boolean {
    const { bytes, entries, vectorBytes } = this.#tables.totals();
    const { bytes: mostBytes, entries: mostEntries, vectorBytes: mostVectorBytes } = this.#limits;
    return entries > mostEntries || bytes > mostBytes || vectorBytes > mostVectorBytes;
  }
}

/** A second less to wait is worth so many micro-USD. */
const SECOND_MICRO_USD = 1_000;

/** What changes with each answer to the same question. */
function factsOf({ tags }: Question, { answer, staleMs, ttlMs }: Keeping, { body, head }: Sealed) {
  const { costMicroUsd, createdAt, durationMs, target } = answer;
  const staleAt = createdAt + Math.min(ttlMs, LONGEST_KEEP_MS);
  return {
    tags: [...tags, `target:${target}`],
    askedAt: createdAt - durationMs,
    staleAt,
    goneAt: Math.min(staleAt + staleMs, createdAt + LONGEST_KEEP_MS),
    bytes: head.byteLength + body.byteLength,
    worth: (costMicroUsd ?? 0) + (durationMs / 1_000) * SECOND_MICRO_USD,
  } satisfies Partial<Entry>;
}

function aliasName(entry: number, name: string): string {
  return `${entry} alias ${name}`;
}
