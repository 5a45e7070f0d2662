import {
  type AnswerTables,
  MOST_REFUSALS,
  type Name,
  type NameQuery,
  type Orphan,
  type PagePlace,
  type Refusal,
  type SavedClass,
  type SavedPage,
  type Sealed,
  type Totals,
} from "./answer-tables.ts";
import { type Entry, type Epochs, isFor, rankOf } from "./entry.ts";

/** Books in memory: what `work` wrote before it threw stays written, which nothing here does. */
export class MemoryAnswerTables implements AnswerTables {
  readonly #entries = new Map<number, Entry>();
  readonly #sealed = new Map<number, Sealed>();
  readonly #names = new Map<string, Name[]>();
  readonly #scopes = new Map<string, number>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #epochs = new Map<string, number>();
  readonly #classes = new Map<string, SavedClass>();
  readonly #pages = new Map<string, SavedPage>();
  #orphans: readonly Orphan[] = [];
  #last = 0;

  change<Result>(work: () => Result): Result {
    return work();
  }

  nextNumber(): number {
    this.#last += 1;
    return this.#last;
  }

  scopeNumber(scope: string): number | null {
    return this.#scopes.get(scope) ?? null;
  }

  saveScope(scope: string, number: number): void {
    this.#scopes.set(scope, number);
  }

  entry(id: number): Entry | null {
    return this.#entries.get(id) ?? null;
  }

  sealed(id: number): Sealed | null {
    return this.#sealed.get(id) ?? null;
  }

  save(entry: Entry, sealed: Sealed): void {
    this.#entries.set(entry.id, entry);
    this.#sealed.set(entry.id, sealed);
  }

  update(entry: Entry): void {
    this.#entries.set(entry.id, entry);
  }

  remove(ids: readonly number[]): void {
    const gone = ids.flatMap((id) => this.#entries.get(id) ?? []);
    this.#orphans = [...this.#orphans, ...gone.flatMap((entry) => this.#orphanOf(entry) ?? [])];
    for (const { id } of gone) {
      this.#entries.delete(id);
      this.#sealed.delete(id);
    }
    if (gone.length > 0) this.#keepNames(({ entry }) => this.#entries.has(entry));
  }

  totals(): Totals {
    const entries = [...this.#entries.values()];
    return {
      entries: entries.length,
      bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
      vectorBytes: entries.reduce((sum, { dimensions }) => sum + dimensions, 0),
    };
  }

  classSizes(): ReadonlyMap<string, number> {
    return countBy(this.#entries.values(), ({ scopeClass }) => scopeClass);
  }

  named({ isFor: isWanted, most, name, principal }: NameQuery): readonly Name[] {
    const names = this.#names.get(name) ?? [];
    const wanted = names.filter(({ entry: id }) => {
      const entry = this.#entries.get(id);
      return entry !== undefined && isFor(entry, principal) === isWanted;
    });
    return wanted.toSorted((left, right) => right.entry - left.entry).slice(0, most);
  }

  addName(name: Name): void {
    const others = (this.#names.get(name.name) ?? []).filter(({ entry }) => entry !== name.entry);
    this.#names.set(name.name, [...others, name]);
  }

  aliasesOf(id: number): number {
    const aliases = [...this.#names.values()].flat().filter(({ alias, entry }) => entry === id && alias !== null);
    return aliases.length;
  }

  dropAliasesOf(id: number): void {
    this.#keepNames(({ alias, entry }) => entry !== id || alias === null);
  }

  entriesAfter(id: number, most: number): readonly Entry[] {
    const entries = [...this.#entries.values()].filter((entry) => entry.id > id);
    return entries.toSorted((left, right) => left.id - right.id).slice(0, most);
  }

  gone(now: number, most: number): readonly number[] {
    const gone = [...this.#entries.values()].filter(({ goneAt }) => goneAt <= now);
    return idsOf(gone.toSorted((left, right) => left.goneAt - right.goneAt)).slice(0, most);
  }

  nextGone(): number | null {
    const times = [...this.#entries.values()].map(({ goneAt }) => goneAt);
    return times.length === 0 ? null : Math.min(...times);
  }

  worst(most: number, principals: readonly string[]): readonly number[] {
    const among = new Set(principals);
    const entries = [...this.#entries.values()].filter(({ principal }) => among.size === 0 || among.has(principal));
    return idsOf(entries.toSorted((left, right) => rankOf(left) - rankOf(right))).slice(0, most);
  }

  heavy(most: number): readonly string[] {
    const counts = countBy(this.#entries.values(), ({ principal }) => principal);
    return [...counts].flatMap(([principal, count]) => (count > most ? [principal] : []));
  }

  broughtBy(principal: string): readonly number[] {
    return idsOf([...this.#entries.values()].filter((entry) => entry.principal === principal));
  }

  dropQuestionsOf(principal: string): void {
    this.#keepNames((name) => name.principal !== principal);
    for (const [pair, refusal] of this.#refusals) if (refusal.principal === principal) this.#refusals.delete(pair);
  }

  refuse(refusal: Refusal): void {
    this.#refusals.set(`${refusal.entry} ${refusal.question}`, refusal);
  }

  isRefused(entry: string, question: string): boolean {
    return this.#refusals.has(`${entry} ${question}`);
  }

  epochs(): Epochs {
    return this.#epochs;
  }

  saveEpoch(name: string, at: number): void {
    this.#epochs.set(name, at);
  }

  classes(): readonly SavedClass[] {
    return [...this.#classes.values()];
  }

  class(scopeClass: string, embedder: string): SavedClass | null {
    return this.#classes.get(`${scopeClass} ${embedder}`) ?? null;
  }

  saveClass(saved: SavedClass): void {
    this.#classes.set(`${saved.scopeClass} ${saved.embedder}`, saved);
  }

  pages(keyId: string, scope: number): readonly SavedPage[] {
    return [...this.#pages.values()].filter((page) => page.keyId === keyId && page.scope === scope);
  }

  savePage(page: SavedPage): void {
    this.#pages.set(pageName(page), page);
  }

  dropPage(place: PagePlace): void {
    this.#pages.delete(pageName(place));
  }

  orphans(keyId: string): readonly Orphan[] {
    return this.#orphans.filter((orphan) => orphan.keyId === keyId);
  }

  dropOrphans(orphans: readonly Orphan[]): void {
    const gone = new Set(orphans.map(({ entry }) => entry));
    this.#orphans = this.#orphans.filter(({ entry }) => !gone.has(entry));
  }

  forget(before: number): void {
    // The oldest come first.
    for (const [pair, { at }] of this.#refusals)
      if (at < before || this.#refusals.size > MOST_REFUSALS) this.#refusals.delete(pair);
    for (const [name, at] of this.#epochs) if (at < before) this.#epochs.delete(name);
    for (const [name, { usedAt }] of this.#classes) if (usedAt < before) this.#classes.delete(name);
    const used = new Set([...this.#pages.values()].map(({ scope }) => scope));
    for (const [scope, number] of this.#scopes) if (!used.has(number)) this.#scopes.delete(scope);
  }

  #orphanOf({ dimensions, id, keyId, scope: name }: Entry): Orphan | null {
    const scope = dimensions === 0 ? null : this.scopeNumber(name);
    return scope === null ? null : { entry: id, keyId, dimensions, scope };
  }

  #keepNames(isKept: (name: Name) => boolean): void {
    for (const [name, names] of this.#names) {
      const kept = names.filter(isKept);
      if (kept.length === 0) this.#names.delete(name);
      else if (kept.length < names.length) this.#names.set(name, kept);
    }
  }
}

function idsOf(entries: readonly Entry[]): readonly number[] {
  return entries.map(({ id }) => id);
}

function countBy(entries: Iterable<Entry>, nameOf: (entry: Entry) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(nameOf(entry), (counts.get(nameOf(entry)) ?? 0) + 1);
  return counts;
}

function pageName({ dimensions, keyId, number, scope }: PagePlace): string {
  return `${keyId} ${dimensions} ${scope} ${number}`;
}
