import { BoundedMap } from "../core/bounded-map.ts";
import { type Admission, type Opening, type SliceWish, type Unheard } from "../core/ledger/book.ts";
import { MOST_ADMITTED } from "../core/ledger/decode-exchange.ts";
import type { LedgerAnswer, LedgerNote } from "../core/ledger/exchange.ts";
import type { LimitCharge, LimitOpening } from "../core/ledger/charge-request.ts";
import { Outage } from "../core/ledger/outage.ts";
import type { Standing } from "../core/ledger/tally.ts";
import { TenantView } from "../core/ledger/tenant-view.ts";
import type { Alarms } from "../ports/alarms.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Run } from "./deps.ts";
import { Patience } from "./patience.ts";

/** A request that wants to begin. */
export interface LedgerAsk {
  readonly tenant: string;
  readonly opening: LimitOpening;
  /** Names the set of accounts that it is charged to. */
  readonly accounts: string;
  /** Nothing is sent before the books themselves have granted it. */
  readonly isStrict: boolean;
}

export interface Granted {
  readonly kind: "granted";
  readonly standings: readonly Standing[];
  /** The books could not be asked. */
  readonly isDegraded: boolean;
  /** Goes with the news of its end, which may overtake that of its beginning. */
  readonly unheard: Unheard;
}

/** The books' decision, or what stands for it while they cannot be asked. */
export type Grant =
  | Granted
  | (Extract<Admission, { kind: "denied" }> & { readonly isDegraded: boolean })
  /** They cannot be asked, and a limit says that nothing passes then. */
  | { readonly kind: "unavailable" };

/** A request whose admission has begun. */
export interface Opened {
  /** Nothing may be sent before it is granted. */
  readonly isSerial: boolean;
  readonly granted: Promise<Grant>;
}

interface LedgerOptions {
  readonly ledger: Ledger;
  /** Names this isolate among those that share the books. */
  readonly isolate: string;
  readonly newId: () => string;
  readonly alarms: Pick<Alarms, "raise">;
}

/** What is sent beside the notes. */
interface Question {
  readonly admit: readonly Opening[];
  readonly wish: Wish | null;
}

/** A slice that would be welcome, and of which set of accounts. */
interface Wish {
  readonly accounts: string;
  readonly slice: SliceWish;
}

/** Requests that ask together. */
interface Batch {
  readonly openings: Opening[];
  wish: Wish | null;
  readonly answer: Promise<LedgerAnswer>;
}

type Clock = Pick<Run, "now" | "sleep" | "defer">;

const MOST_TENANTS = 1_000;
/** Notes wait so long for a call that takes them along. */
const FLUSH_MS = 1_000;
/** So many do not wait: what the books take in at once they answer nobody else meanwhile. */
const MANY_NOTES = 400;
/** A flush that has not come back this long after its time died with the request that carried it. */
const FLUSH_GRACE_MS = 10_000;
/** After a call in vain the books are not waited for by others for so long. */
const DOWN_MS = 1_000;
/** People are told once in so long that notes are lost. */
const REGRET_MS = 60_000;
/** So many calls at once go each by itself; what comes while they are under way goes together. */
const MOST_DIRECT = 2;
const BATCH_MS = 2;
const HEARD: Unheard = { charges: null, sliceId: null };
const UNLIMITED: Grant = { kind: "granted", standings: [], isDegraded: false, unheard: { charges: [], sliceId: null } };

/**
 * The tenants' books as one isolate sees them. Most requests of a busy one are admitted from slices, in memory, and told of
 * within a second; others ask beside their own dispatch. Near a limit, and for limits on requests under way, nothing is sent
 * before it is granted.
 */
export class IsolateLedger {
  readonly #options: LedgerOptions;
  readonly #views = new BoundedMap<TenantView>(MOST_TENANTS, () => new TenantView());
  readonly #outages = new BoundedMap<Outage>(MOST_TENANTS, () => new Outage());
  readonly #patience = new Patience();
  #regrettedAt = Number.NEGATIVE_INFINITY;
  readonly #flushesBy = new Map<string, number>();
  readonly #batches = new Map<string, Batch>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Begins a request's admission. */
  open(ask: LedgerAsk, run: Clock): Opened {
    const { accounts, isStrict, opening, tenant } = ask;
    const { charges } = opening;
    const view = this.#views.use(tenant);
    if (charges.length === 0) {
      this.tell(tenant, { kind: "begun", opening, sliceId: null }, run);
      return { isSerial: false, granted: Promise.resolve(UNLIMITED) };
    }
    const isSerial = isStrict || isOneByOne(charges) || view.known(accounts, charges).isLow(charges);
    const now = run.now();
    const slice = isSerial ? null : view.wish(accounts, charges, { newId: this.#options.newId, now });
    const wish = slice === null ? null : { accounts, slice };
    const granted = isSerial ? null : this.#spend(ask, run);
    if (granted === null) return { isSerial, granted: this.#ask(ask, wish, run) };
    if (wish !== null) void this.#exchange(tenant, { admit: [], wish }, run);
    return { isSerial, granted: Promise.resolve(granted) };
  }

  /** Admits a request from a slice, also one that was denied because the slice holds what is left; null where none has enough. */
  #spend({ accounts, isStrict, opening, tenant }: LedgerAsk, run: Clock): Grant | null {
    const view = this.#views.use(tenant);
    const { charges } = opening;
    const sliceId = isStrict ? null : view.wallet.take(accounts, charges, run.now());
    if (sliceId === null) return null;
    const known = view.known(accounts, charges);
    known.spend(charges);
    this.tell(tenant, { kind: "begun", opening, sliceId }, run);
    return { kind: "granted", standings: known.standings(), isDegraded: false, unheard: { charges, sliceId } };
  }

  /** Notes what has happened; the books hear of it with the next call, within a second. */
  tell(tenant: string, note: LedgerNote, run: Clock): void {
    const now = run.now();
    this.#regret(tenant, this.#views.use(tenant).notes.add(note), now);
    if (note.kind === "settled") this.#outages.get(tenant)?.settle(note.closing, now);
    if (this.#views.use(tenant).notes.size === MANY_NOTES) this.flushNow(tenant, run);
    else this.#flushSoon(tenant, run);
  }

  /** Others wait for what was noted: the books hear of it at once, or when a call under way has ended. */
  flushNow(tenant: string, run: Clock): void {
    const view = this.#views.use(tenant);
    if (view.underWay >= MOST_DIRECT) view.isAwaited = true;
    else run.defer(this.flush(tenant, run));
  }

  /** Tells the books at once. Never rejects: what could not be told is told a second later, or with a later request. */
  async flush(tenant: string, run: Clock): Promise<void> {
    this.#flushesBy.delete(tenant);
    if (this.#views.use(tenant).notes.isEmpty) return;
    await this.#exchange(tenant, { admit: [], wish: null }, run).catch(() => this.#flushSoon(tenant, run));
  }

  #flushSoon(tenant: string, run: Clock): void {
    const now = run.now();
    if (now < (this.#flushesBy.get(tenant) ?? 0)) return;
    this.#flushesBy.set(tenant, now + FLUSH_MS + FLUSH_GRACE_MS);
    run.defer(run.sleep(FLUSH_MS).then(() => this.flush(tenant, run)));
  }

  async #ask(ask: LedgerAsk, wish: Wish | null, run: Clock): Promise<Grant> {
    const { opening, tenant } = ask;
    if (this.#patience.gaveUpAgoMs(run.now()) < DOWN_MS) {
      if (wish !== null) this.#views.use(tenant).answered(wish.accounts);
      return this.#alone(ask, run);
    }
    const view = this.#views.use(tenant);
    view.withdrawals.ask(opening.id);
    const asked = this.#askTogether(tenant, { opening, wish }, run).catch(() => null);
    const admission = await this.#patience.within(asked, run);
    if (admission !== null) {
      const fromSlice = admission.kind === "denied" ? this.#spend(ask, run) : null;
      return fromSlice ?? grantOf(admission, { isDegraded: false, unheard: HEARD });
    }
    this.#patience.giveUp(run.now());
    const grant = this.#alone(ask, run);
    if (grant.kind !== "granted" && view.withdrawals.withdraw(opening.id)) this.#giveBack(tenant, [opening.id], run);
    return grant;
  }

  /** One request's admission; in a burst in one call with those that come within two milliseconds. */
  #askTogether(
    tenant: string,
    { opening, wish }: { readonly opening: Opening; readonly wish: Wish | null },
    run: Clock,
  ): Promise<Admission> {
    const view = this.#views.use(tenant);
    if (view.underWay < MOST_DIRECT)
      return this.#exchange(tenant, { admit: [opening], wish }, run).then((answer) => admissionAt(answer, 0));
    const waiting = this.#batches.get(tenant);
    const batch = waiting === undefined || waiting.openings.length >= MOST_ADMITTED ? this.#startBatch(tenant, run) : waiting;
    if (wish !== null && batch.wish !== null) view.answered(wish.accounts);
    batch.wish ??= wish;
    const index = batch.openings.push(opening) - 1;
    return batch.answer.then((answer) => admissionAt(answer, index));
  }

  /** Sent by the request that began it, whatever becomes of that one. */
  #startBatch(tenant: string, run: Clock): Batch {
    const openings: Opening[] = [];
    const send = (): Promise<LedgerAnswer> => {
      if (this.#batches.get(tenant) === batch) this.#batches.delete(tenant);
      return this.#exchange(tenant, { admit: openings, wish: batch.wish }, run);
    };
    const answer = run.sleep(BATCH_MS).then(send);
    const batch: Batch = { openings, wish: null, answer };
    this.#batches.set(tenant, batch);
    run.defer(answer.catch(() => undefined));
    return batch;
  }

  /** What the books have granted too late, or may have. What it cost where it was sent is told when it ends. */
  #giveBack(tenant: string, ids: readonly string[], run: Clock): void {
    for (const id of ids) this.tell(tenant, { kind: "refused", id, facts: null }, run);
  }

  /** The books have heard of what was decided without them before they were asked. */
  #endOutage(tenant: string, askedAt: number): void {
    const outage = this.#outages.get(tenant);
    if (outage !== undefined && outage.decidedAt < askedAt) this.#outages.delete(tenant);
  }

  #regret(tenant: string, lost: number, now: number): void {
    if (lost === 0 || now - this.#regrettedAt < REGRET_MS) return;
    this.#regrettedAt = now;
    this.#options.alarms.raise({ kind: "ledger_rows_lost", subject: tenant, at: now });
  }

  /** Decides without the books. */
  #alone({ accounts, opening, tenant }: LedgerAsk, run: Clock): Grant {
    const view = this.#views.use(tenant);
    const now = run.now();
    const left = view.known(accounts, opening.charges).left(now);
    const grant = this.#outages.use(tenant).admit(opening, { isolates: view.isolates, left, now });
    if (grant.kind === "granted") this.tell(tenant, { kind: "begun", opening, sliceId: null }, run);
    if (grant.kind === "unavailable") return grant;
    return grantOf(grant, { isDegraded: true, unheard: { charges: opening.charges, sliceId: null } });
  }

  /** One call: what has not been told, and a question. It outlives the request that makes it. Rejects when the books cannot be reached. */
  #exchange(tenant: string, question: Question, run: Clock): Promise<LedgerAnswer> {
    const answer = this.#call(tenant, question, run);
    run.defer(answer.catch(() => undefined));
    return answer;
  }

  async #call(tenant: string, { admit, wish }: Question, run: Clock): Promise<LedgerAnswer> {
    const { isolate, ledger } = this.#options;
    const view = this.#views.use(tenant);
    const askedAt = run.now();
    const notes = view.notes.take(askedAt);
    view.underWay += 1;
    try {
      const answer = await ledger.exchange(tenant, { isolate, notes, admit, slice: wish?.slice ?? null });
      const now = run.now();
      view.notes.confirm(notes);
      this.#patience.note(now - askedAt, now);
      view.accept(wish?.accounts ?? "", answer, askedAt);
      if (view.notes.isEmpty) this.#endOutage(tenant, askedAt);
      this.#giveBack(tenant, view.withdrawals.answer(admit, answer.admissions), run);
      return answer;
    } catch (error) {
      this.#giveBack(tenant, view.withdrawals.answer(admit, null), run);
      this.#regret(tenant, view.notes.giveBack(notes), run.now());
      throw error;
    } finally {
      view.underWay -= 1;
      if (view.isAwaited) run.defer(this.flush(tenant, run));
      view.isAwaited = false;
      if (wish !== null) view.answered(wish.accounts);
    }
  }
}

/** Requests under way are counted by the books alone. */
function isOneByOne(charges: readonly LimitCharge[]): boolean {
  return charges.some(({ account }) => account.meter === "concurrency");
}

function grantOf(admission: Admission, { isDegraded, unheard }: Pick<Granted, "isDegraded" | "unheard">): Grant {
  return admission.kind === "granted" ? { ...admission, isDegraded, unheard } : { ...admission, isDegraded };
}

/** @throws Error where the ledger has answered less than it was asked */
function admissionAt({ admissions }: LedgerAnswer, index: number): Admission {
  const admission = admissions[index];
  if (admission === undefined) throw new Error("The ledger has not answered for every request.");
  return admission;
}
