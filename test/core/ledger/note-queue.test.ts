import { expect, it } from "vitest";
import type { LedgerNote } from "../../../src/core/ledger/exchange.ts";
import { NoteQueue } from "../../../src/core/ledger/note-queue.ts";

const note = (id: number): LedgerNote => ({ kind: "refused", id: `r${id}`, facts: null });
const fill = (queue: NoteQueue, from: number, count: number): void => {
  for (let id = from; id < from + count; id += 1) queue.add(note(id));
};
const ids = (notes: readonly LedgerNote[]): readonly string[] => notes.map((each) => ("id" in each ? each.id : ""));

it("gives the oldest first, a call's worth at a time, and again what could not be told", () => {
  const queue = new NoteQueue();
  fill(queue, 0, 2_001);
  const first = queue.take();
  expect(first).toHaveLength(2_000);
  expect(ids(queue.take())).toEqual(["r2000"]);
  fill(queue, 3_000, 1);
  queue.giveBack(first);
  expect(ids(queue.take())).toEqual(ids(first));
  expect(ids(queue.take())).toEqual(["r3000"]);
  expect(queue.isEmpty).toBe(true);
});

it("loses the oldest beyond twenty thousand, and says how many", () => {
  const queue = new NoteQueue();
  fill(queue, 0, 20_003);
  expect(queue.lost).toBe(3);
  expect(ids(queue.take())[0]).toBe("r3");
  const taken = queue.take();
  fill(queue, 30_000, 4_001);
  queue.giveBack(taken);
  expect(queue.lost).toBe(2_004);
});
