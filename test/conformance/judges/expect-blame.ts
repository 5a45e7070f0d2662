import { expect } from "vitest";
import type { Edit } from "./edit.ts";
import { type EventData, FAILED, GOOD, render } from "./good-streams.ts";
import { type JudgedSurface, judgeStream, type Outcome } from "./index.ts";

/** A change of a good stream, and what the judge must say of it. */
export type Row = readonly [title: string, edit: Edit, says: RegExp];

/** What the judge says of the events, written as the surface writes them. */
export function judge(surface: JudgedSurface, events: readonly EventData[], outcome: Outcome): readonly string[] {
  return judgeStream({ surface, text: render(surface, events), outcome });
}

/** Expects that the change changes the good stream and that the judge says so. */
export function expectBlame(surface: JudgedSurface, outcome: Outcome, [, edit, says]: Row): void {
  const good = outcome === "complete" ? GOOD[surface] : FAILED[surface];
  const edited = edit(good);
  expect(edited).not.toEqual(good);
  expect(judge(surface, edited, outcome)).toContainEqual(expect.stringMatching(says));
}
