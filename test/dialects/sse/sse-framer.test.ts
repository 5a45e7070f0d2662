import { createParser } from "eventsource-parser";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseFramer } from "../../../src/dialects/sse/sse-framer.ts";
import { runsOf } from "../../judges/runs.ts";
import { decodeInPieces, frame, type FramedEvent } from "./feed.ts";

/** What the reference parser makes of the text in one piece; the blank line at the end is what `end` stands for. */
function reference(text: string): readonly FramedEvent[] {
  const events: FramedEvent[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => events.push({ name: event ?? "", data }) });
  parser.feed(`${text}\n\n`);
  return events;
}

const value = fc
  .oneof(
    { weight: 3, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom("", " ", "  two", "é😀", "[DONE]", "\uFEFF", ":", "a: b", "\u2028", "\0", '{"a":"b"}'),
    },
  )
  .map((text) => text.replaceAll(/[\r\n]/g, ""));
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("data", "event"), fc.constantFrom(":", ": ", ":  "), value)
      .map((parts) => parts.join("")),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("id", "retry", "dat", "datas", "events", " data", ""), fc.constantFrom(":", ": ", ""), value)
      .map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.constantFrom("data", "event", "id", "dat", ":", "d", "\uFEFFdata: x") },
  { weight: 6, arbitrary: fc.constant("") },
);
const terminator = fc.oneof({ weight: 4, arbitrary: fc.constant("\n") }, fc.constant("\r"), fc.constant("\r\n"));
const stream = fc
  .tuple(
    fc.constantFrom("", "", "", "\uFEFF"),
    fc.array(fc.tuple(line, terminator), { maxLength: 30 }),
    fc.constantFrom("", "", "data: last", "data: last\r"),
  )
  .map(([mark, lines, last]) => mark + lines.map((parts) => parts.join("")).join("") + last);
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 90 })), {
  minLength: 1,
  maxLength: 12,
});

function tooLong(what: string, cap: number): string {
  return `${what} of the stream is longer than ${cap} characters.`;
}

/** Milliseconds for one line of this length that comes a character at a time. */
function timeLine(length: number): number {
  const framer = new SseFramer({ event: () => null, run: () => {} });
  const started = performance.now();
  framer.push("data: ");
  for (let sent = 0; sent < length; sent++) framer.push("a");
  framer.push("\n\n");
  return performance.now() - started;
}

describe("SseFramer", () => {
  it("gives what the reference parser gives, in any split of the bytes", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(stream, sizes, (text, cuts) => {
        expect(frame(decodeInPieces(text, cuts)).events).toEqual(reference(text));
      }),
      { numRuns: runsOf(2000, 50_000) },
    );
  });

  it("is in the middle of an event exactly while something waits for its blank line", () => {
    const framer = new SseFramer({ event: () => null, run: () => {} });
    const seen = ["data: a", "\n", "\n", ": ping\n\n", "event: x\r", "\ndata", ":\r\n\r\n"].map((text) => {
      framer.push(text);
      return framer.midEvent;
    });
    expect(seen).toEqual([true, true, false, false, true, true, false]);
  });

  it("reads nothing after the terminator", () => {
    const names: string[] = [];
    const framer: SseFramer = new SseFramer({
      event: (_name, data) => {
        names.push(data);
        if (data === "[DONE]") framer.stop();
        return null;
      },
      run: () => {},
    });
    framer.push("data: 1\n\ndata: [DONE]\n\ndata: 2\n\nda");
    framer.push("ta: 3\n\n");
    framer.end();
    expect({ names, midEvent: framer.midEvent, failure: framer.failure }).toEqual({
      names: ["1", "[DONE]"],
      midEvent: false,
      failure: null,
    });
  });

  describe("caps", () => {
    const caps = { line: 40, event: 60 };

    it.each([
      ["a line as long as the cap", `data: ${"a".repeat(34)}\n\n`, null],
      ["a line one longer", `data: 1\n\ndata: ${"a".repeat(35)}\n\n`, tooLong("A line", 40)],
      ["a long line that never ends", `data: 1\n\ndata: ${"a".repeat(35)}`, tooLong("A line", 40)],
      ["a long comment", `data: 1\n\n:${"a".repeat(40)}\n\n`, tooLong("A line", 40)],
      ["an event of many lines", `data: 1\n\n${`data: ${"a".repeat(20)}\n`.repeat(3)}\n`, tooLong("An event", 60)],
    ])("%s", (_title, text, failure) => {
      for (const cuts of [[1], [2], [7], [1000]]) {
        const framed = frame(decodeInPieces(text, cuts), caps);
        expect({ events: framed.events.length, failure: framed.framer.failure }, String(cuts)).toEqual({ events: 1, failure });
      }
    });
  });

  it("takes time in proportion to a line that comes byte by byte", () => {
    timeLine(10_000);
    // Quadratic work on this many characters takes seconds.
    expect(timeLine(200_000)).toBeLessThan(1000);
  });
});
