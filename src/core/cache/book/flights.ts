/** What becomes of who waits: the answer is there; it goes upstream for the others; it goes for itself. */
export type News = "kept" | "leads" | "alone";

const MOST_WAITING = 1_000;
const MOST_LEADERS = 2;

interface Waiting {
  readonly ticket: string;
  readonly tell: (news: News) => void;
}

interface Flight {
  leader: string;
  leaders: number;
  readonly waitMs: number;
  readonly waiting: Waiting[];
}

/**
 * Requests with the same question, of which one goes upstream. Where that one ends without an answer, or takes longer than the
 * others wait for it, the one that waits longest goes in its place; after that each goes for itself.
 */
export class Flights {
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #flights = new Map<string, Flight>();

  constructor(sleep: (ms: number) => Promise<void>) {
    this.#sleep = sleep;
  }

  /** Whether the one with this ticket is to go; false while another is on its way. */
  lead(name: string, ticket: string, waitMs: number): boolean {
    if (this.#flights.has(name)) return false;
    const flight: Flight = { leader: ticket, leaders: 1, waitMs, waiting: [] };
    this.#flights.set(name, flight);
    this.#watch(name, flight);
    return true;
  }

  follow(name: string, ticket: string, waitMs: number): Promise<News> {
    if (this.lead(name, ticket, waitMs)) return Promise.resolve("leads");
    const waiting = this.#flights.get(name)?.waiting ?? [];
    if (waiting.length >= MOST_WAITING) return Promise.resolve("alone");
    return new Promise((tell) => waiting.push({ ticket, tell }));
  }

  /** The answer is there, whoever brought it. */
  kept(name: string): void {
    this.#disband(name, "kept");
  }

  /** Who goes for the others came to nothing. Who does not go for others is not heard. */
  release(name: string, ticket: string): void {
    const flight = this.#flights.get(name);
    if (flight?.leader === ticket) this.#replaceLeader(name, flight);
  }

  #watch(name: string, flight: Flight): void {
    const { leader } = flight;
    void this.#sleep(flight.waitMs).then(() => {
      if (this.#flights.get(name) === flight && flight.leader === leader) this.#replaceLeader(name, flight);
    });
  }

  #replaceLeader(name: string, flight: Flight): void {
    const next = flight.leaders < MOST_LEADERS ? flight.waiting.shift() : undefined;
    if (next === undefined) return this.#disband(name, "alone");
    flight.leader = next.ticket;
    flight.leaders += 1;
    next.tell("leads");
    this.#watch(name, flight);
  }

  #disband(name: string, news: News): void {
    const flight = this.#flights.get(name);
    this.#flights.delete(name);
    for (const { tell } of flight?.waiting ?? []) tell(news);
  }
}
