import { expect, it } from "vitest";
import type { LedgerNote } from "../../../src/core/ledger/exchange.ts";
import { NoteQueue } from "../../../src/core/ledger/note-queue.ts";
import { closing, opening } from "./accounts-of.ts";

const note = (id: number): LedgerNote => ({ kind: "refused", id: `r${id}`, facts: null });
const fill = (queue: NoteQueue, from: number, count: number): number => {
  let lost = 0;
  for (let id = from; id < from + count; id += 1) lost += queue.add(note(id));
  return lost;
};
const ids = (notes: readonly LedgerNote[]): readonly string[] => notes.map((each) => ("id" in each ? each.id : ""));

it("gives the oldest first, a call's worth at a time, and again what could not be told", () => {
  const queue = new NoteQueue();
  fill(queue, 0, 2_001);
  const first = queue.take(0);
  expect(first).toHaveLength(2_000);
  expect(ids(queue.take(0))).toEqual(["r2000"]);
  fill(queue, 3_000, 1);
  queue.giveBack(first);
  expect(ids(queue.take(0))).toEqual(ids(first));
  expect(ids(queue.take(0))).toEqual(["r3000"]);
});

it("loses the oldest beyond twenty thousand, and says how many", () => {
  const queue = new NoteQueue();
  expect(fill(queue, 0, 20_003)).toBe(3);
  const taken = queue.take(0);
  expect(ids(taken)[0]).toBe("r3");
  expect(fill(queue, 30_000, 4_001)).toBe(2_001);
  expect(queue.giveBack(taken)).toBe(2_000);
});

it("tells of what has ended instead of its beginning, also where that comes back untold", () => {
  const begun: LedgerNote = { kind: "begun", opening: opening("a", []), sliceId: null };
  const settled: LedgerNote = { kind: "settled", closing: closing("a", 7, { charges: [] }) };
  const queue = new NoteQueue();
  queue.add(begun);
  queue.add(settled);
  expect(queue.take(0)).toEqual([settled]);
  queue.add(begun);
  const untold = queue.take(0);
  queue.add(settled);
  queue.giveBack(untold);
  expect(queue.take(0)).toEqual([settled]);
});

it("has again what somebody took who was never heard of again, and not what was told", () => {
  const queue = new NoteQueue();
  fill(queue, 0, 1);
  const lost = queue.take(0);
  fill(queue, 1, 1);
  queue.confirm(queue.take(5_000));
  expect(queue.isEmpty).toBe(false);
  expect(queue.take(15_000)).toEqual([]);
  expect(ids(queue.take(25_000))).toEqual(["r0"]);
  // Late news of it changes nothing.
  expect(queue.giveBack(lost)).toBe(0);
  expect(queue.take(26_000)).toEqual([]);
});
