import { isLow, NOTHING_USED, type Used } from "../../core/ledger/book.ts";
import type { Caller } from "../../core/caller.ts";
import type { Deps, Run } from "../deps.ts";
import type { Granted } from "../isolate-ledger.ts";
import type { Admission } from "./admit.ts";

/** News of a request under way, before what it holds is given back. */
export const RENEWALS_A_LEASE = 3;

type Standing = { readonly kind: "open" } | { readonly kind: "refused" } | { readonly kind: "granted"; readonly grant: Granted };

interface EntryDeps {
  readonly caller: Pick<Caller, "tenant" | "isStrict">;
  readonly books: Deps["books"];
  readonly run: Run;
}

/** One request in its tenant's books: admitted once, however often it is decided, and closed once. */
export class LedgerEntry {
  readonly #deps: EntryDeps;
  #admission: Admission | null = null;
  #standing: Standing = { kind: "open" };
  #heardAt: number;
  #isClosed = false;
  #closedWith = NOTHING_USED;

  constructor(deps: EntryDeps) {
    this.#deps = deps;
    this.#heardAt = deps.run.startedAt;
  }

  /** How the caller's limits stand; null until that is known. */
  get grant(): Granted | null {
    return this.#standing.kind === "granted" ? this.#standing.grant : null;
  }

  admit(open: () => Admission): Admission {
    if (this.#admission !== null) return this.#admission;
    const admission = open();
    this.#admission = admission;
    admission.granted.then(
      (grant) => {
        this.#standing = { kind: "granted", grant };
      },
      () => {
        this.#standing = { kind: "refused" };
      },
    );
    return admission;
  }

  /** Still under way: what it holds is held for longer. `used` is only asked for when it is time to tell. */
  renew(used: () => Used): void {
    const { books, caller, run } = this.#deps;
    const now = run.now();
    if (this.#admission === null || this.#isClosed) return;
    const { id, leaseMs } = this.#admission.opening;
    if (now - this.#heardAt < leaseMs / RENEWALS_A_LEASE) return;
    this.#heardAt = now;
    books.tell(caller.tenant, { kind: "renewed", id, leaseMs, used: used() }, run);
  }

  /** Nothing came of it: what it held goes back. */
  release(): void {
    this.close(NOTHING_USED, { ...this.#admission?.opening.facts, attempts: [] });
  }

  /** A row of something that was done beside the request, and that nobody is charged for. */
  bookBeside(id: string, facts: object): void {
    const { books, caller, run } = this.#deps;
    const closing = { id, sliceId: null, charges: [], used: NOTHING_USED, facts };
    books.tell(caller.tenant, { kind: "settled", closing }, run);
  }

  /** Something of it was charged, or will be, as far as that can be known: a refusal charges nothing. */
  get isCharged(): boolean {
    return this.#standing.kind !== "refused" && this.#closedWith.tokens + this.#closedWith.microUsd > 0;
  }

  /** It has ended. While the books have not said whether it is granted, they are told as soon as they have. */
  close(used: Used, facts: { readonly attempts: readonly unknown[] }): void {
    if (this.#admission === null || this.#isClosed) return;
    this.#isClosed = true;
    this.#closedWith = used;
    const { granted, isSerial, opening } = this.#admission;
    const { books, caller, run } = this.#deps;
    const { id } = opening;
    const settled = ({ standings, unheard }: Granted): void => {
      books.tell(caller.tenant, { kind: "settled", closing: { id, ...unheard, used, facts } }, run);
      if (caller.isStrict || isSerial || standings.some(isLow)) books.flushNow(caller.tenant, run);
    };
    const refused = (): void => {
      if (facts.attempts.length > 0) books.tell(caller.tenant, { kind: "refused", id, facts }, run);
    };
    switch (this.#standing.kind) {
      case "granted":
        return settled(this.#standing.grant);
      case "refused":
        return refused();
      case "open":
        run.defer(granted.then(settled, refused));
    }
  }
}
