import type { Claim, Claimed, Ending, Outcome } from "../core/idempotency/idempotency-record.ts";
import type { IdempotencyStore, RecordKey } from "../ports/idempotency-store.ts";
import type { Run } from "./deps.ts";
import { Patience } from "./patience.ts";

/** A request under a key. */
export interface KeyedRequest {
  readonly key: RecordKey;
  readonly claim: Claim;
  /** A duplicate waits until then, in epoch milliseconds; null where it does not wait at all. */
  readonly waitsUntil: number | null;
}

/** What a request under a key is to do. */
export type Turn =
  /** It is the one that is carried out, booked under this id; `end` is called once, and never rejects. */
  | { readonly kind: "carry-out"; readonly openingId: string; readonly end: (outcome: Outcome | null) => Promise<void> }
  | { readonly kind: "replay"; readonly outcome: Outcome }
  | { readonly kind: "reused" }
  | { readonly kind: "under-way" }
  /** The records cannot be reached. */
  | { readonly kind: "unavailable" };

/** Duplicates at this isolate wait for the first here, without asking the records. */
interface Flight {
  /** Null where it led to nothing: then the next one asks. */
  readonly landed: Promise<Outcome | null>;
  land(outcome: Outcome | null): void;
}

type Clock = Pick<Run, "now" | "sleep" | "signal">;

/** News of a request under way, before it is taken over. */
const RENEWALS_A_LEASE = 3;
/** Who waits for another isolate asks again after a quarter of the time it has waited, within these bounds. */
const LEAST_PAUSE_MS = 25;
const MOST_PAUSE_MS = 5_000;
/** A store that is away for a moment is told the outcome when it is back. */
const STORE_AGAIN_MS = [500, 2_000, 8_000];

/** The idempotency keys in use at this isolate: one request under a key is carried out, its duplicates wait for it or hear of it. */
export class IsolateIdempotency {
  readonly #store: IdempotencyStore;
  readonly #flights = new Map<string, Flight>();
  readonly #patience = new Patience();

  constructor(store: IdempotencyStore) {
    this.#store = store;
  }

  /** Resolves when it is known what the request is to do; of several at this isolate one asks for all. */
  async takeTurn(request: KeyedRequest, run: Clock): Promise<Turn> {
    const { claim, key, waitsUntil } = request;
    if (waitsUntil === null) return this.#ask(request, run);
    // Another request under the same key is another flight: the records tell it so.
    const name = `${key.digest}|${claim.fingerprint}`;
    for (;;) {
      const flight = this.#flights.get(name);
      if (flight === undefined) return this.#lead(name, request, run);
      const leftMs = waitsUntil - run.now();
      if (leftMs <= 0) return { kind: "under-way" };
      const landed = await Promise.race([flight.landed, run.sleep(Math.min(leftMs, claim.leaseMs)).then(() => "late" as const)]);
      // One that died with its isolate's request never lands: the records know.
      if (landed === "late") this.#leave(name, flight);
      else if (landed !== null) return { kind: "replay", outcome: landed };
    }
  }

  async #lead(name: string, request: KeyedRequest, run: Clock): Promise<Turn> {
    const flight = openFlight();
    this.#flights.set(name, flight);
    const giveUp = (): void => {
      this.#leave(name, flight);
      flight.land(null);
    };
    run.signal.addEventListener("abort", giveUp);
    const turn = await this.#ask(request, run);
    run.signal.removeEventListener("abort", giveUp);
    if (turn.kind === "carry-out") return { ...turn, end: (outcome) => this.#end({ flight, name, outcome }, turn.end) };
    flight.land(turn.kind === "replay" ? turn.outcome : null);
    this.#leave(name, flight);
    return turn;
  }

  async #end(landing: Landing, tell: (outcome: Outcome | null) => Promise<void>): Promise<void> {
    const { flight, name, outcome } = landing;
    // A key that is free again is free for the records first: the next one here asks them.
    if (outcome !== null) flight.land(outcome);
    await tell(outcome);
    flight.land(null);
    this.#leave(name, flight);
  }

  #leave(name: string, flight: Flight): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }

  /** Asks the records until they say something that is no waiting. */
  async #ask(request: KeyedRequest, run: Clock): Promise<Turn> {
    const beganAt = run.now();
    for (;;) {
      const claimed = await this.#claim(request, run).catch(() => null);
      if (claimed === null) return { kind: "unavailable" };
      switch (claimed.kind) {
        case "taken":
          return { kind: "carry-out", openingId: claimed.openingId, end: this.#hold(request, run) };
        case "ended":
          return { kind: "replay", outcome: claimed.outcome };
        case "reused":
          return claimed;
        case "under-way":
          if (request.waitsUntil === null || run.now() >= request.waitsUntil) return claimed;
      }
      const waitedMs = run.now() - beganAt;
      await run.sleep(Math.max(LEAST_PAUSE_MS, Math.min(MOST_PAUSE_MS, waitedMs / 4, request.waitsUntil - run.now())));
    }
  }

  /** Null when the records count as away; what they grant after that is given back. */
  async #claim({ claim, key }: KeyedRequest, run: Clock): Promise<Claimed | null> {
    const askedAt = run.now();
    const asked = this.#store.claim(key, claim);
    const claimed = await this.#patience.within(asked, run);
    const now = run.now();
    if (claimed !== null) this.#patience.note(now - askedAt, now);
    else asked.then(({ kind }) => (kind === "taken" ? this.#giveBack(key, claim) : undefined)).catch(() => undefined);
    return claimed;
  }

  #giveBack(key: RecordKey, { keepMs, owner }: Claim): Promise<void> {
    return this.#store.end(key, { owner, keepMs, outcome: null });
  }

  /** Keeps what was taken until it is ended. */
  #hold({ claim, key }: KeyedRequest, run: Clock): (outcome: Outcome | null) => Promise<void> {
    const { keepMs, leaseMs, owner } = claim;
    let isHeld = true;
    const renew = async (): Promise<void> => {
      for (;;) {
        await run.sleep(leaseMs / RENEWALS_A_LEASE);
        if (!isHeld) return;
        await this.#store.renew(key, owner, leaseMs).catch(() => undefined);
      }
    };
    void renew();
    return async (outcome) => {
      isHeld = false;
      await this.#tell(key, { owner, keepMs, outcome }, run);
    };
  }

  /** What the records never hear of is taken over when the lease is over, and is charged once all the same. */
  async #tell(key: RecordKey, ending: Ending, run: Clock): Promise<void> {
    for (const pauseMs of [...STORE_AGAIN_MS, null]) {
      try {
        return await this.#store.end(key, ending);
      } catch {
        if (pauseMs !== null) await run.sleep(pauseMs);
      }
    }
  }
}

interface Landing {
  readonly flight: Flight;
  readonly name: string;
  readonly outcome: Outcome | null;
}

function openFlight(): Flight {
  const { promise, resolve } = Promise.withResolvers<Outcome | null>();
  return { landed: promise, land: resolve };
}
