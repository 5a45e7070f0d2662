import type { Claim, Claimed, Ending, Outcome } from "../core/idempotency/idempotency-record.ts";
import { Room } from "../core/idempotency/room.ts";
import { createSlots } from "../core/slots.ts";
import type { IdempotencyStore, RecordKey } from "../ports/idempotency-store.ts";
import type { Run } from "./deps.ts";

/** A request under a key. */
export interface KeyedRequest {
  readonly key: RecordKey;
  readonly claim: Claim;
  /** A duplicate waits until then, in epoch milliseconds; null where it does not wait at all. */
  readonly waitsUntil: number | null;
}

/**
 * Called once, and never rejects. The records hear of an outcome when it is `booked`, so that whoever finds one finds its charge
 * in the books; what is never told to either is done again, and is charged once.
 */
export type EndTurn = (outcome: Outcome | null, booked: Promise<void>) => Promise<void>;

/** What a request under a key is to do. */
export type Turn =
  /** It is the one that is carried out, booked under this id. */
  | { readonly kind: "carry-out"; readonly openingId: string; readonly end: EndTurn }
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

type Clock = Pick<Run, "now" | "sleep" | "signal" | "defer">;

/** What copies of streams may hold of an isolate's 128 MB until they are kept. */
const MOST_HELD_BYTES = 32 * 1_048_576;
/** Each holds its request, and is admitted by no limit. */
const MOST_WAITING = 256;
/** News of a request under way, before it is taken over. */
const RENEWALS_A_LEASE = 3;
/** Who waits for another isolate asks again after a quarter of the time it has waited, within these bounds. */
const LEAST_PAUSE_MS = 25;
const MOST_PAUSE_MS = 5_000;
/** A store that is away for a moment is told the outcome when it is back. */
const STORE_AGAIN_MS = [500, 2_000, 8_000];

/** The idempotency keys in use at this isolate: one request under a key is carried out, its duplicates wait for it or hear of it. */
export class IsolateIdempotency {
  /** For streams under way. */
  readonly room = new Room(MOST_HELD_BYTES);
  readonly #store: IdempotencyStore;
  readonly #waiting = createSlots();
  readonly #flights = new Map<string, Flight>();

  constructor(store: IdempotencyStore) {
    this.#store = store;
  }

  /** Resolves when it is known what the request is to do. Where as many wait as may, nobody else does. */
  async takeTurn(request: KeyedRequest, run: Clock): Promise<Turn> {
    const { waitsUntil } = request;
    if (waitsUntil === null || !this.#waiting.tryTake(MOST_WAITING)) return this.#ask({ ...request, waitsUntil: null }, run);
    try {
      return await this.#wait({ ...request, waitsUntil }, run);
    } finally {
      this.#waiting.release();
    }
  }

  /** Of several at this isolate one asks for all. */
  async #wait(request: KeyedRequest & { readonly waitsUntil: number }, run: Clock): Promise<Turn> {
    const { claim, key, waitsUntil } = request;
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
    const land = (outcome: Outcome | null): void => {
      flight.land(outcome);
      this.#leave(name, flight);
    };
    if (turn.kind !== "carry-out") {
      land(turn.kind === "replay" ? turn.outcome : null);
      return turn;
    }
    const end: EndTurn = async (outcome, booked) => {
      // A key that is free again is free for the records first: the next one here asks them.
      if (outcome !== null) flight.land(outcome);
      await turn.end(outcome, booked);
      land(outcome);
    };
    return { ...turn, end };
  }

  #leave(name: string, flight: Flight): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }

  /** Asks the records until they say something that is no waiting. */
  async #ask(request: KeyedRequest, run: Clock): Promise<Turn> {
    const beganAt = run.now();
    for (;;) {
      const claimed = await this.#claim(request, run);
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

  /** Null when the records cannot be asked. What they have granted without being heard is given back. */
  async #claim({ claim, key }: KeyedRequest, run: Clock): Promise<Claimed | null> {
    try {
      return await this.#store.claim(key, claim);
    } catch {
      const { keepMs, owner } = claim;
      run.defer(this.#store.end(key, { owner, keepMs, outcome: null }).catch(() => undefined));
      return null;
    }
  }

  /** Keeps what was taken until it is ended. */
  #hold({ claim, key }: KeyedRequest, run: Clock): EndTurn {
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
    return async (outcome, booked) => {
      await booked;
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

function openFlight(): Flight {
  const { promise, resolve } = Promise.withResolvers<Outcome | null>();
  return { landed: promise, land: resolve };
}
