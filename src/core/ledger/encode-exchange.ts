import type { Account, Charge } from "./account.ts";
import type { LedgerNote, LedgerQuestion } from "./exchange.ts";

/** `[which of the question's accounts, amount, floor]` */
export type EncodedCharge = readonly [account: number, amount: number, floor: number];

/** A question as it is sent: each account is in it once, however many requests are charged to it. */
export function encodeQuestion({ admit, isolate, notes, slice }: LedgerQuestion): object {
  const accounts = new Map<Account, number>();
  const encode = (charges: readonly Charge[]): readonly EncodedCharge[] =>
    charges.map(({ account, amount, floor }) => {
      const known = accounts.get(account);
      if (known === undefined) accounts.set(account, accounts.size);
      return [known ?? accounts.size - 1, amount, floor];
    });
  const encoded = {
    notes: notes.map((note) => encodeNote(note, encode)),
    admit: admit.map((opening) => ({ ...opening, charges: encode(opening.charges) })),
    slice: slice === null ? null : { ...slice, charges: encode(slice.charges) },
  };
  return { isolate, accounts: [...accounts.keys()], ...encoded };
}

type Encode = (charges: readonly Charge[]) => readonly EncodedCharge[];

function encodeNote(note: LedgerNote, encode: Encode): object {
  switch (note.kind) {
    case "begun":
      return { ...note, opening: { ...note.opening, charges: encode(note.opening.charges) } };
    case "settled": {
      const { charges } = note.closing;
      return { ...note, closing: { ...note.closing, charges: charges === null ? null : encode(charges) } };
    }
    case "renewed":
    case "refused":
      return note;
  }
}
