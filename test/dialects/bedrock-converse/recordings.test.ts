import { describe, expect, it } from "vitest";
import { readChat } from "../../../src/dialects/bedrock-converse/read-chat.ts";
import { collect, CONTEXT } from "./collect.ts";
import { inPieces } from "./in-pieces.ts";
import { normalize, readRecordings, wanted } from "./recordings.ts";

const steps = readRecordings().flatMap((recording) => recording.steps);
const answers = steps.flatMap(({ id, response }) => (response === null ? [] : [{ id, ...response }]));
const streams = steps.flatMap(({ id, stream }) => (stream === null ? [] : [{ id, ...stream }]));

/** These do not come to an end, and say so. */
const FAILING: Readonly<Record<string, { readonly class: string; readonly text: string }>> = {
  // A bit of the second frame was flipped: nothing from there on is believed, though the recording's reading goes on.
  "syn-crc-corrupt": { class: "malformed", text: "" },
  "syn-exception-mid": { class: "server_error", text: "par" },
};

describe("recorded answers of Converse", () => {
  it("are all there", () => {
    expect([answers.length, streams.length]).toEqual([67, 20]);
  });

  it.each(answers)("$id is read as its recording says", ({ normalized, text }) => {
    const read = readChat(text, CONTEXT);
    if (normalized.error !== null) {
      expect(read).toMatchObject({ kind: "failed", failure: { class: "malformed" } });
      return;
    }
    if (read.kind === "failed") throw new Error(read.failure.message);
    const { blocks, finish, usage } = read.answer;
    expect(normalize(blocks, finish, usage)).toEqual(wanted(normalized));
  });
});

describe("recorded streams of ConverseStream", () => {
  const cuts = [1, 2, 3, 7, 64, Number.POSITIVE_INFINITY];
  const complete = streams.filter(({ id }) => FAILING[id] === undefined);

  it.each(complete)("$id is read as its recording says, in any split", ({ bytes, normalized }) => {
    for (const cut of cuts) {
      const { answer, failure, reader } = collect(inPieces(bytes, [cut]));
      expect(failure).toBeNull();
      expect(normalize(answer?.blocks ?? [], answer?.finish ?? null, answer?.usage ?? null)).toEqual(wanted(normalized));
      expect([reader.terminated, reader.midEvent, reader.errorTold]).toEqual([true, false, false]);
    }
  });

  it.each(complete)("$id is the same events in every split, apart from where deltas are cut", ({ bytes }) => {
    const whole = JSON.stringify(joinDeltas(collect([bytes]).events));
    for (const cut of cuts) expect(JSON.stringify(joinDeltas(collect(inPieces(bytes, [cut])).events))).toBe(whole);
  });

  it.each(streams.filter(({ id }) => FAILING[id] !== undefined))("$id fails, and keeps what came before", ({ bytes, id }) => {
    for (const cut of cuts) {
      const { answer, blocks, failure } = collect(inPieces(bytes, [cut]));
      expect(answer).toBeNull();
      expect(failure?.class).toBe(FAILING[id]?.class);
      expect(normalize(blocks, null, null).text).toBe(FAILING[id]?.text);
    }
  });

  it.each(complete)("$id is incomplete where it is cut inside a frame", ({ bytes }) => {
    const { answer, failure, reader } = collect([bytes.subarray(0, Math.floor(bytes.length / 2))]);
    expect(answer).toBeNull();
    expect(failure).toMatchObject({ class: "stream_cut" });
    expect([reader.midEvent, reader.terminated]).toEqual([true, false]);
  });
});

function joinDeltas(events: ReturnType<typeof collect>["events"]): unknown {
  return events.reduce<unknown[]>((joined, event) => {
    const last = joined.at(-1) as { kind?: string; index?: number; text?: string } | undefined; // made below
    if (event.kind !== "delta") return [...joined, event];
    if (last?.kind === "delta" && last.index === event.index) last.text += event.pieces.join("");
    else joined.push({ kind: "delta", index: event.index, text: event.pieces.join("") });
    return joined;
  }, []);
}
