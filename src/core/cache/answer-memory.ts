import type { HitTier, StoredAnswer } from "./stored-answer.ts";

/** An answer as one isolate remembers it. */
export interface Remembered {
  /** Of the store, by which its principal names it; null where the answer came here first. */
  readonly id: string | null;
  /** By what it was found when it was remembered. */
  readonly tier: Exclude<HitTier, "semantic">;
  readonly answer: StoredAnswer;
  /** The question's last text; null where only the exact question is answered. */
  readonly text: string | null;
  /** Epoch milliseconds: from then on it is stale. */
  readonly endsAt: number;
  /** Epoch milliseconds: from then on the store is asked before it is given. */
  readonly askAgainAt: number;
}

/** What an answer is found by. */
export interface MemoryNames {
  readonly exact: string;
  /** Null where only the exact question is answered. */
  readonly canonical: string | null;
}

interface Entry extends Remembered {
  readonly names: MemoryNames;
  readonly bytes: number;
}

const BYTES_PER_CHARACTER = 2;
/** Of the objects around an answer. */
const ENTRY_BYTES = 512;

/** Answers in an isolate's memory, by exact and by canonical name. The least recently used go first; one that is larger than all room is not kept. */
export class AnswerMemory {
  readonly #mostBytes: number;
  /** By exact name, least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #byCanonical = new Map<string, Entry>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  findExact(name: string): Remembered | null {
    return this.#use(this.#entries.get(name));
  }

  findCanonical(name: string): Remembered | null {
    return this.#use(this.#byCanonical.get(name));
  }

  keep(names: MemoryNames, remembered: Remembered): void {
    this.forget(names.exact);
    const bytes = bytesOf(names, remembered);
    if (bytes > this.#mostBytes) return;
    const entry = { ...remembered, names, bytes };
    this.#entries.set(names.exact, entry);
    // The canonical question has one answer here: the newest.
    if (names.canonical !== null) this.#byCanonical.set(names.canonical, entry);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.forget(oldest);
    }
  }

  forget(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    const { canonical } = entry.names;
    if (canonical !== null && this.#byCanonical.get(canonical) === entry) this.#byCanonical.delete(canonical);
    this.#bytes -= entry.bytes;
  }

  clear(): void {
    for (const name of this.#entries.keys()) this.forget(name);
  }

  #use(entry: Entry | undefined): Remembered | null {
    if (entry === undefined) return null;
    const { exact } = entry.names;
    this.#entries.delete(exact);
    this.#entries.set(exact, entry);
    return entry;
  }
}

function bytesOf({ canonical, exact }: MemoryNames, { answer, text }: Remembered): number {
  const { content, text: words, warnings } = answer;
  const characters =
    exact.length + (canonical?.length ?? 0) + content.length + words.length + (warnings?.length ?? 0) + (text?.length ?? 0);
  return ENTRY_BYTES + characters * BYTES_PER_CHARACTER;
}
