import type { Keeping } from "../question.ts";
import type { Label } from "../semantic/answers-equal.ts";
import type { StoredAnswer } from "../stored-answer.ts";
import type { AnswerTables } from "./answer-tables.ts";
import type { Classes } from "./classes.ts";
import { agreed, type Entry } from "./entry.ts";
import type { Finding, Near, Proposals } from "./proposals.ts";
import type { Asked, Shelf } from "./shelf.ts";

/** Of the eight questions that lead to an entry beside its own, exact and canonical. */
const MOST_ALIASES = 16;
/** Others' entries under the same exact name that an answer is compared with. */
const MOST_OTHERS = 3;

/** Whether two answers say the same, by their words; null where that cannot be told. */
export type Compare = (one: string, other: string) => Label | null;

interface KeeperParts {
  readonly tables: AnswerTables;
  readonly shelf: Shelf;
  readonly classes: Classes;
  readonly compare: Compare;
  /** Null where nothing is ever proposed. */
  readonly proposals: Proposals | null;
}

/** What is written of answers from upstream: kept, compared with what was there, learnt from. */
export class Keeper {
  readonly #parts: KeeperParts;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Keeps an answer, as an entry of its own or as an entry's that says the same. Resolves with the entry it replaced, if any. */
  async keep(asked: Asked, kept: Keeping, finding: Finding | null): Promise<Entry | null> {
    const near = finding?.near ?? null;
    if (near !== null && (await this.learn(near, kept.answer, asked))) return null;
    const own = await this.#own(asked);
    if (own !== null) {
      const isSame = (await this.#compare(own, kept.answer, asked)) !== 0;
      await this.#parts.shelf.replace(asked, { entry: own, kept, isSame }, () => this.#writeBeside(asked));
      return own;
    }
    if (await this.#agreeWithOthers(asked, kept.answer)) return null;
    const vector = finding?.vector ?? (await this.#vectorOf(asked));
    await this.#parts.shelf.add(asked, { kept, vector }, () => this.#writeBeside(asked));
    return null;
  }

  /** By which the question may be proposed; null where it may not, or its embedder fails again. */
  async #vectorOf(asked: Asked): Promise<Int8Array | null> {
    const { semantic, text } = asked.question;
    if (semantic === null || text === null) return null;
    const vector = (await this.#parts.proposals?.vectorOf(asked)) ?? null;
    return typeof vector === "string" ? null : vector;
  }

  /**
   * What upstream's answer says of an entry that was near: where it is the same, others' agreement is noted and the question leads
   * to the entry from now on; where it is another, the entry is never again proposed for it. True where the entry answers for both.
   */
  async learn(near: Near, fresh: StoredAnswer, asked: Asked): Promise<boolean> {
    const { tables } = this.#parts;
    const { exact, principal } = asked.question.keys;
    const learnt = (await this.#parts.proposals?.learn(near, fresh.text, asked)) ?? null;
    if (learnt === null) return false;
    const { entry, label } = learnt;
    const isRoom = tables.aliasesOf(entry.id) < MOST_ALIASES;
    const addAlias = label === 1 && isRoom ? await this.#parts.shelf.alias(entry.id, asked) : () => undefined;
    tables.change(() => {
      const current = tables.entry(entry.id);
      if (label === 0) tables.refuse({ entry: entry.exact, question: exact, principal, at: asked.now });
      else if (current !== null) {
        tables.update(agreed(current, principal));
        addAlias();
      }
      this.#writeBeside(asked);
    });
    return label === 1 && isRoom;
  }

  /** An entry that the principal's own question made, found by its exact name. */
  async #own({ now, question, seal }: Asked): Promise<Entry | null> {
    const { exact, principal } = question.keys;
    for (const { alias, entry: id } of this.#parts.tables.named({ name: exact, principal, isFor: true, most: MOST_OTHERS })) {
      const entry = alias === null ? this.#parts.shelf.known(id, { now, seal }) : null;
      if (entry !== null) return entry;
    }
    return null;
  }

  /** Others have asked the same: where one of their answers is the same too, it is anybody's. */
  async #agreeWithOthers(asked: Asked, answer: StoredAnswer): Promise<boolean> {
    const { shelf, tables } = this.#parts;
    const { exact, principal } = asked.question.keys;
    for (const { entry: id } of tables.named({ name: exact, principal, isFor: false, most: MOST_OTHERS })) {
      const entry = shelf.known(id, asked);
      if (entry === null || (await this.#compare(entry, answer, asked)) !== 1) continue;
      const current = tables.entry(id);
      if (current === null) continue;
      tables.change(() => {
        tables.update(agreed(current, principal));
        this.#writeBeside(asked);
      });
      return true;
    }
    return false;
  }

  /** Without words to compare, answers are the same where all of them is. */
  async #compare({ id }: Entry, fresh: StoredAnswer, { seal }: Asked): Promise<Label | null> {
    const stored = await this.#parts.shelf.answer(id, seal);
    if (stored === null) return null;
    return stored.content === fresh.content ? 1 : this.#parts.compare(stored.text, fresh.text);
  }

  /** Inside of a change: what look-ups have counted and judges have learnt since the last one. */
  #writeBeside({ now }: Asked): void {
    this.#parts.classes.write();
    this.#parts.shelf.writeGiven(now);
  }
}
