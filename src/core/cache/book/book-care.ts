import type { ClassStats, PurgeScope, Verdict } from "../answer-care.ts";
import { LONGEST_KEEP_MS } from "../question.ts";
import type { AnswerTables } from "./answer-tables.ts";
import type { Classes } from "./classes.ts";
import { type Entry, epochName, isPurged } from "./entry.ts";
import type { Finding, Near } from "./proposals.ts";
import type { Receipt } from "./receipt.ts";
import type { Remembered } from "./remembered.ts";
import type { Seal } from "./seal.ts";
import type { Shelf } from "./shelf.ts";
import type { Vectors } from "./vectors.ts";

/** Entries that one sweep looks at, or removes. */
const SWEPT_AT_ONCE = 1_000;

interface CareParts {
  readonly tables: AnswerTables;
  readonly shelf: Shelf;
  readonly vectors: Vectors | null;
  readonly classes: Classes;
  readonly findings: Remembered<Finding>;
}

/** What is done to a book beside answering: looked at, purged, erased, swept. */
export class BookCare {
  readonly #parts: CareParts;
  /** Entries up to it were looked at since the last purge; null when all were. */
  #sweptTo: number | null = 0;

  constructor(parts: CareParts) {
    this.#parts = parts;
  }

  stats(): readonly ClassStats[] {
    const { classes, tables } = this.#parts;
    const sizes = tables.classSizes();
    return classes.all().map(({ embedder, figures, judge, scopeClass }) => ({
      scopeClass,
      embedder,
      entries: sizes.get(scopeClass) ?? 0,
      ...figures,
      labels: judge?.labels ?? 0,
      certificate: judge?.certificate ?? null,
      curve: judge?.curve ?? [],
    }));
  }

  /** How many entries a purge takes. */
  countOf(scope: PurgeScope, now: number): number {
    const name = epochName(scope);
    const epochs = this.#parts.tables.epochs();
    let count = 0;
    this.#each((entry) => {
      if (entry.goneAt > now && !isPurged(entry, epochs) && isPurged(entry, new Map([[name, now]]))) count += 1;
    });
    return count;
  }

  /** In one step, however many they are: what was asked until now is never given again. */
  purge(scope: PurgeScope, now: number): void {
    this.#parts.tables.saveEpoch(epochName(scope), now);
    this.#sweptTo = 0;
  }

  countOfPrincipal(principal: string): number {
    return this.#parts.tables.broughtBy(principal).length;
  }

  /** All that a principal asked and was answered, with its vectors. */
  async erase(principal: string, seal: Seal): Promise<number> {
    const { findings, tables, vectors } = this.#parts;
    const ids = tables.broughtBy(principal);
    tables.change(() => {
      tables.remove(ids);
      tables.dropQuestionsOf(principal);
    });
    findings.drop((finding) => finding.principal === principal);
    await vectors?.tidy(seal);
    return ids.length;
  }

  /** Inside of the caller's turn: what was wrong is gone, and never again the answer to that question. False where it is not there. */
  async feedback(
    receipt: Receipt,
    { near, now, seal, verdict }: { near: Near | null; now: number; seal: Seal; verdict: Verdict },
  ): Promise<boolean> {
    const { shelf, tables, vectors } = this.#parts;
    const entry = shelf.known(receipt.entry, { now, seal });
    if (entry === null) return false;
    if (verdict === "right") return true;
    if (near !== null) {
      const one = this.#parts.classes.use(entry.scopeClass, near.embedder);
      one.judge?.feedback(near.proposal.features);
      one.changedAt = now;
    }
    const { principal, question } = receipt;
    tables.change(() => {
      tables.remove([entry.id]);
      tables.refuse({ entry: entry.exact, question, principal, at: now });
    });
    await vectors?.tidy(seal);
    return true;
  }

  /** Writes what was counted; removes some of what is over. Resolves with when to come again; null: not before something is kept. */
  sweep(now: number): number | null {
    const { classes, shelf, tables } = this.#parts;
    tables.change(() => {
      classes.write();
      shelf.writeGiven(now);
      tables.remove(tables.gone(now, SWEPT_AT_ONCE));
      this.#sweepPurged();
      tables.forget(now - LONGEST_KEEP_MS);
    });
    return this.#sweptTo === null ? tables.nextGone() : now;
  }

  /** Some of what a purge has left behind. */
  #sweepPurged(): void {
    const { tables } = this.#parts;
    if (this.#sweptTo === null) return;
    const epochs = tables.epochs();
    const page = epochs.size === 0 ? [] : tables.entriesAfter(this.#sweptTo, SWEPT_AT_ONCE);
    tables.remove(page.filter((entry) => isPurged(entry, epochs)).map(({ id }) => id));
    this.#sweptTo = page.length < SWEPT_AT_ONCE ? null : (page.at(-1)?.id ?? null);
  }

  #each(look: (entry: Entry) => void): void {
    let after: number | null = 0;
    while (after !== null) {
      const page: readonly Entry[] = this.#parts.tables.entriesAfter(after, SWEPT_AT_ONCE);
      page.forEach(look);
      after = page.length < SWEPT_AT_ONCE ? null : (page.at(-1)?.id ?? null);
    }
  }
}
