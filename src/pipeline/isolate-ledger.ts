import { BoundedMap } from "../core/health/bounded-map.ts";
import type { Admission, Opening, SliceWish, Used } from "../core/ledger/book.ts";
import type { LedgerAnswer, LedgerNote } from "../core/ledger/exchange.ts";
import type { LimitOpening } from "../core/ledger/charge-request.ts";
import { Outage } from "../core/ledger/outage.ts";
import type { Standing } from "../core/ledger/tally.ts";
import { TenantView } from "../core/ledger/tenant-view.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Run } from "./deps.ts";
import { Patience } from "./patience.ts";

/** A request that wants to begin. */
export interface LedgerAsk {
  readonly tenant: string;
  readonly opening: LimitOpening;
  /** Names the set of accounts that it is charged to. */
  readonly accounts: string;
  /** Nothing is sent before the books have granted it, and nothing is kept back from them. */
  readonly isStrict: boolean;
}

/** The books' decision, or what stands for it while they cannot be asked. */
export type Grant =
  | { readonly kind: "granted"; readonly standings: readonly Standing[]; readonly isDegraded: boolean }
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
}

/** What is sent beside the notes. */
interface Question {
  readonly admit: Opening | null;
  readonly slice: SliceWish | null;
  readonly accounts: string;
}

type Clock = Pick<Run, "now" | "sleep" | "defer">;

const MOST_TENANTS = 1_000;
/** Notes wait so long for a call that takes them along. */
const FLUSH_MS = 1_000;
/** A flush that has not come back this long after its time died with the request that carried it. */
const FLUSH_GRACE_MS = 10_000;
/** After a call in vain the books are not waited for by others for so long. */
const DOWN_MS = 1_000;
const NOTHING_TO_GRANT: Grant = { kind: "granted", standings: [], isDegraded: false };

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
  readonly #flushesBy = new Map<string, number>();
  #gaveUpAt = Number.NEGATIVE_INFINITY;

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
      return { isSerial: false, granted: Promise.resolve(NOTHING_TO_GRANT) };
    }
    const isSerial = isStrict || charges.some(({ account }) => account.meter === "concurrency") || view.isLow(charges);
    const now = run.now();
    const slice = isSerial ? null : view.wish(accounts, charges, { id: this.#options.newId(), now });
    const granted = isSerial ? null : this.#spend(ask, run);
    if (granted === null) return { isSerial, granted: this.#ask(ask, slice, run) };
    if (slice !== null) run.defer(this.#exchange(tenant, { admit: null, slice, accounts }, run).catch(() => undefined));
    return { isSerial, granted: Promise.resolve(granted) };
  }

  /** Admits a request from a slice, also one that was denied because the slice holds what is left; null where none has enough. */
  #spend({ accounts, isStrict, opening, tenant }: LedgerAsk, run: Clock): Grant | null {
    const view = this.#views.use(tenant);
    const { charges } = opening;
    const sliceId = isStrict ? null : view.wallet.take(accounts, charges, run.now());
    if (sliceId === null) return null;
    view.spent(charges);
    this.tell(tenant, { kind: "begun", opening, sliceId }, run);
    return { kind: "granted", standings: view.standings(charges), isDegraded: false };
  }

  /** Notes what has happened; the books hear of it with the next call, within a second. */
  tell(tenant: string, note: LedgerNote, run: Clock): void {
    const now = run.now();
    this.#views.use(tenant).notes.add(note);
    if (note.kind === "settled") this.#outages.get(tenant)?.settle(note.closing, now);
    if (now < (this.#flushesBy.get(tenant) ?? 0)) return;
    this.#flushesBy.set(tenant, now + FLUSH_MS + FLUSH_GRACE_MS);
    run.defer(run.sleep(FLUSH_MS).then(() => this.flush(tenant, run)));
  }

  /** Tells the books at once. Never rejects: what could not be told is told later. */
  async flush(tenant: string, run: Clock): Promise<void> {
    this.#flushesBy.delete(tenant);
    if (this.#views.use(tenant).notes.isEmpty) return;
    await this.#exchange(tenant, { admit: null, slice: null, accounts: "" }, run).catch(() => undefined);
  }

  async #ask(ask: LedgerAsk, slice: SliceWish | null, run: Clock): Promise<Grant> {
    const { accounts, opening, tenant } = ask;
    const isDown = run.now() - this.#gaveUpAt < DOWN_MS;
    if (isDown) return this.#alone(tenant, opening, run);
    const asked = this.#exchange(tenant, { admit: opening, slice, accounts }, run);
    const heard = await Promise.race([asked.catch(() => null), run.sleep(this.#patience.limitMs).then(() => null)]);
    if (heard?.admission != null) {
      const fromSlice = heard.admission.kind === "denied" ? this.#spend(ask, run) : null;
      return fromSlice ?? { ...heard.admission, isDegraded: false };
    }
    this.#gaveUpAt = run.now();
    const grant = this.#alone(tenant, opening, run);
    // A late admission of what was refused meanwhile is given back.
    if (grant.kind !== "granted")
      run.defer(
        asked.then(
          (late) => this.#giveBack(tenant, opening, { late, run }),
          () => undefined,
        ),
      );
    return grant;
  }

  #giveBack(tenant: string, { facts, id }: Opening, { late, run }: { readonly late: LedgerAnswer; readonly run: Clock }): void {
    if (late.admission?.kind !== "granted") return;
    this.tell(tenant, { kind: "settled", closing: { id, charges: null, used: NOTHING, facts } }, run);
  }

  /** Decides without the books. */
  #alone(tenant: string, opening: LedgerAsk["opening"], run: Clock): Grant {
    const { isolates } = this.#views.use(tenant);
    const grant = this.#outages.use(tenant).admit(opening, { isolates, now: run.now() });
    if (grant.kind === "granted") this.tell(tenant, { kind: "begun", opening, sliceId: null }, run);
    return grant.kind === "unavailable" ? grant : { ...grant, isDegraded: true };
  }

  /** One call: what has not been told, and a question. Rejects when the books cannot be reached. */
  async #exchange(tenant: string, { accounts, admit, slice }: Question, run: Clock): Promise<LedgerAnswer> {
    const { isolate, ledger } = this.#options;
    const view = this.#views.use(tenant);
    const notes = view.notes.take();
    const askedAt = run.now();
    try {
      const answer = await ledger.exchange(tenant, { isolate, notes, admit, slice });
      this.#patience.note(run.now() - askedAt);
      view.accept(accounts, answer, askedAt);
      this.#outages.delete(tenant);
      return answer;
    } catch (error) {
      view.notes.giveBack(notes);
      throw error;
    } finally {
      if (slice !== null) view.answered(accounts);
    }
  }
}

const NOTHING: Used = { requests: 0, tokens: 0, microUsd: 0 };
