import { BoundedMap } from "../../bounded-map.ts";
import type { SemanticJudge } from "../semantic/semantic-judge.ts";
import type { AnswerTables, SavedClass } from "./answer-tables.ts";
import { type ClassFigures, readFigures } from "./class-figures.ts";

/** A judge as it was saved, or a new one. */
export type OpenJudge = (saved: string | null, embedder: string) => SemanticJudge;

/** A scope class with what decides for it. */
export interface OpenClass {
  readonly scopeClass: string;
  readonly embedder: string;
  /** Null where nothing is ever proposed. */
  readonly judge: SemanticJudge | null;
  figures: ClassFigures;
  /** Epoch milliseconds; null while all is written. */
  changedAt: number | null;
}

const MOST_OPEN = 200;

/** What is known of scope classes, in memory while they are in use; written with what else changes. */
export class Classes {
  readonly #tables: AnswerTables;
  readonly #openJudge: OpenJudge | null;
  readonly #open: BoundedMap<OpenClass>;

  constructor(tables: AnswerTables, openJudge: OpenJudge | null) {
    this.#tables = tables;
    this.#openJudge = openJudge;
    this.#open = new BoundedMap(
      MOST_OPEN,
      (name) => this.#read(name),
      (_, forgotten) => this.#write(forgotten),
    );
  }

  /** `embedder`: by its `embedderId`. */
  use(scopeClass: string, embedder: string): OpenClass {
    return this.#open.use(JSON.stringify([scopeClass, embedder]));
  }

  /** Inside of a change: all that was learnt and counted. */
  write(): void {
    for (const one of this.#open.values()) this.#write(one);
  }

  /** All there are, those that are open as they are. */
  all(): readonly OpenClass[] {
    this.write();
    return this.#tables.classes().map((saved) => this.#revive(saved));
  }

  #read(name: string): OpenClass {
    const [scopeClass = "", embedder = ""] = JSON.parse(name) as readonly string[]; // as `use` has written it
    return this.#revive(
      this.#tables.class(scopeClass, embedder) ?? { scopeClass, embedder, judge: null, figures: "", usedAt: 0 },
    );
  }

  #write(one: OpenClass): void {
    const { changedAt, embedder, figures, judge, scopeClass } = one;
    if (changedAt === null) return;
    const saved = { scopeClass, embedder, judge: judge?.save() ?? null, figures: JSON.stringify(figures), usedAt: changedAt };
    this.#tables.saveClass(saved);
    one.changedAt = null;
  }

  #revive({ embedder, figures, judge: saved, scopeClass }: SavedClass): OpenClass {
    const judge = this.#openJudge?.(saved, embedder) ?? null;
    return { scopeClass, embedder, judge, figures: readFigures(figures), changedAt: null };
  }
}
