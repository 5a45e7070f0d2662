const REPORT_EVERY_MS = 2_000;
/** A report that has had no answer by then is followed by the next, sooner where it told news. */
const UNANSWERED_MS = 1_000;
const UNANSWERED_NEWS_MS = 500;
/** An answer counts that long; without another the isolate is on its own. */
const TRUST_MS = 10_000;
/** Reports whose answers may still come. */
const MAX_UNDER_WAY = 32;

/** When to report, and which report an answer belongs to. */
export class HubLink {
  readonly #sentAt = new Map<number, number>();
  #seq = 0;
  #answeredSeq = 0;
  #sentLastAt = -Infinity;
  #answeredAt: number;
  #hasNews = false;
  /** The first report that told the newest news; those after it tell them too. */
  #newsSeq = 0;

  /** A new link counts as answered: there was no time to ask. */
  constructor(now: number) {
    this.#answeredAt = now;
  }

  /** Something must be told at once. */
  hurry(): void {
    this.#hasNews = true;
  }

  isDue(now: number): boolean {
    return this.#hasNews || now - this.#sentLastAt >= this.#pauseMs();
  }

  #pauseMs(): number {
    if (this.#answeredSeq >= this.#seq) return REPORT_EVERY_MS;
    return this.#newsSeq > this.#answeredSeq ? UNANSWERED_NEWS_MS : UNANSWERED_MS;
  }

  /** The number of the report that is sent now. */
  next(now: number): number {
    this.#seq += 1;
    if (this.#hasNews) this.#newsSeq = this.#seq;
    this.#hasNews = false;
    this.#sentLastAt = now;
    this.#sentAt.set(this.#seq, now);
    this.#sentAt.delete(this.#seq - MAX_UNDER_WAY);
    return this.#seq;
  }

  /** When the report was sent that an answer is to; null when the answer is too late, or older than one heard already. */
  answered(seq: number, now: number): number | null {
    const sentAt = this.#sentAt.get(seq);
    if (sentAt === undefined || seq < this.#answeredSeq || now - sentAt >= TRUST_MS) return null;
    this.#answeredSeq = seq;
    this.#answeredAt = now;
    return sentAt;
  }

  /** Whether what was first told in report `toldIn` has arrived. */
  isKnown(toldIn: number | null): boolean {
    return toldIn === null || (toldIn > 0 && toldIn <= this.#answeredSeq);
  }

  /** Until when the last answer counts. */
  get trustedUntil(): number {
    return this.#answeredAt + TRUST_MS;
  }

  isLive(now: number): boolean {
    return now < this.trustedUntil;
  }

  /** Milliseconds since the last answer. */
  silentMs(now: number): number {
    return now - this.#answeredAt;
  }
}
