import type { Charge } from "../../core/ledger/account.ts";
import type { Admission, Opening } from "../../core/ledger/book.ts";
import type { LedgerNote } from "../../core/ledger/exchange.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { RateAnswer, RequestRates } from "./request-rates.ts";

type Denied = Extract<Admission, { kind: "denied" }>;

/**
 * A ledger whose rates of requests another limiter decides; tokens, money and requests under way stay the ledger's. The
 * limiter is asked first: what it refuses is never opened, what the ledger refuses afterwards has been counted by it.
 */
export function createRatedLedger(ledger: Ledger, rates: RequestRates): Ledger {
  return {
    async exchange(tenant, question) {
      const rated = await Promise.all(question.admit.map((opening) => takeRates(opening, rates)));
      const admit = question.admit.filter((_, index) => rated[index]?.denied === null).map(withoutRates);
      const answer = await ledger.exchange(tenant, { ...question, notes: question.notes.map(noteWithoutRates), admit });
      const decided = answer.admissions[Symbol.iterator]();
      const admissions = rated.map(({ answers, denied }): Admission => {
        const standings = answers.map(({ standing }) => standing);
        if (denied !== null) return denied;
        const { value } = decided.next();
        if (value === undefined) throw new Error("The ledger has not answered for every request.");
        return { ...value, standings: [...standings, ...value.standings] };
      });
      return { ...answer, admissions };
    },
  };
}

/** What the limiter said of each rate of a request; `denied`: it may not begin. */
async function takeRates({ charges }: Opening, rates: RequestRates) {
  const answers = await Promise.all(charges.filter(isRate).map(({ account, amount }) => rates.take(account, amount)));
  return { answers, denied: deniedBy(answers) };
}

function deniedBy(answers: readonly RateAnswer[]): Denied | null {
  const [longest] = answers
    .filter(({ isAdmitted }) => !isAdmitted)
    .map(({ standing }) => standing)
    .toSorted((left, right) => right.resetMs - left.resetMs);
  if (longest === undefined) return null;
  return { kind: "denied", key: longest.key, waitMs: longest.resetMs, standings: answers.map(({ standing }) => standing) };
}

function isRate({ account }: Charge): boolean {
  return account.meter === "requests" && account.window.kind === "sliding";
}

function withoutRates<Item extends { readonly charges: readonly Charge[] }>(item: Item): Item {
  return { ...item, charges: item.charges.filter((charge) => !isRate(charge)) };
}

/** What was admitted while the limiter could not be asked is not counted by it afterwards. */
function noteWithoutRates(note: LedgerNote): LedgerNote {
  switch (note.kind) {
    case "begun":
      return { ...note, opening: withoutRates(note.opening) };
    case "settled": {
      const { charges } = note.closing;
      return charges === null ? note : { ...note, closing: withoutRates({ ...note.closing, charges }) };
    }
    case "renewed":
    case "refused":
      return note;
  }
}
