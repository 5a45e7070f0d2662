import { embedderId } from "../embedder.ts";
import type { Found, Why } from "../question.ts";
import type { HitTier } from "../stored-answer.ts";
import { vetoOf } from "../text/veto.ts";
import type { AnswerTables, Name } from "./answer-tables.ts";
import { countHit } from "./class-figures.ts";
import type { Classes } from "./classes.ts";
import type { Entry } from "./entry.ts";
import { sealReceipt } from "./receipt.ts";
import { Remembered } from "./remembered.ts";
import type { Asked, Shelf } from "./shelf.ts";

/** For so long nobody else is told to refresh an entry. */
const REFRESH_MS = 30_000;
/** Entries of one name that are looked at. */
const MOST_NAMED = 4;

interface FinderParts {
  readonly tables: AnswerTables;
  readonly shelf: Shelf;
  readonly classes: Classes;
}

/** How an answer is given. */
export interface Giving {
  readonly tier: HitTier;
  readonly isChecked: boolean;
  readonly why: Why;
}

/** Finds answers by name and gives them: opened, counted, with a receipt. */
export class Finder {
  readonly #parts: FinderParts;
  /** Entries that somebody was told to refresh. */
  readonly #refreshing = new Remembered<true>(REFRESH_MS);

  constructor(parts: FinderParts) {
    this.#parts = parts;
  }

  /** Exact, then canonical where nothing speaks against it; null where neither is there. */
  async byName(asked: Asked): Promise<Found | null> {
    for await (const { entry, tier } of this.#named(asked)) {
      const given = await this.give(entry, { tier, isChecked: false, why: whyOf(tier) }, asked);
      if (given !== null) return given;
    }
    return null;
  }

  /** What `byName` would give, and why; nothing is given. */
  async peek(asked: Asked): Promise<Why | null> {
    for await (const { tier } of this.#named(asked)) return whyOf(tier);
    return null;
  }

  /** Null where it does not open, or is gone by the time it has. */
  async give(entry: Entry, { isChecked, tier, why }: Giving, asked: Asked): Promise<Found | null> {
    const { classes, shelf } = this.#parts;
    const { now, question, seal } = asked;
    const { exact, principal, scopeClass } = question.keys;
    const answer = await shelf.answer(entry.id, seal);
    const id = await sealReceipt(seal, { entry: entry.id, question: exact, principal });
    const current = shelf.find(entry.id, asked, tier === "semantic" ? 0 : question.staleMs);
    if (answer === null || current === null) return null;
    const one = classes.use(scopeClass, embedderId(question.embedder));
    one.figures = countHit(one.figures, tier, answer);
    one.changedAt = now;
    shelf.given(entry.id);
    const isStale = now >= current.staleAt;
    return { kind: "hit", tier, id, answer, isStale, isToRefresh: isStale && this.#isFirst(entry.id, now), isChecked, why };
  }

  async *#named(asked: Asked): AsyncGenerator<{ readonly entry: Entry; readonly tier: "exact" | "canonical" }> {
    const { canonical, exact, principal } = asked.question.keys;
    for (const [tier, name] of [["exact", exact] as const, ["canonical", canonical] as const]) {
      if (name === null) continue;
      for (const named of this.#parts.tables.named({ name, principal, isFor: true, most: MOST_NAMED })) {
        const entry = this.#parts.shelf.find(named.entry, asked, asked.question.staleMs);
        if (entry !== null && (tier === "exact" || (await this.#isSame(named, entry, asked)))) yield { entry, tier };
      }
    }
  }

  /** Nothing speaks against it that the words say the same; what was refused stays so. */
  async #isSame(named: Name, entry: Entry, { question, seal }: Asked): Promise<boolean> {
    if (question.text === null || this.#parts.tables.isRefused(entry.exact, question.keys.exact)) return false;
    const text = await this.#parts.shelf.textOf(named, seal);
    return text !== null && vetoOf(text, question.text) === null;
  }

  #isFirst(entry: number, now: number): boolean {
    if (this.#refreshing.has(String(entry), now)) return false;
    this.#refreshing.put(String(entry), true, now);
    return true;
  }

  /** It has another answer now. */
  refreshed(entry: number, now: number): void {
    this.#refreshing.take(String(entry), now);
  }
}

function whyOf(tier: "exact" | "canonical"): Why {
  return { tier, veto: null, similarity: null, probability: null, note: `Kept under the ${tier} name of the question.` };
}
