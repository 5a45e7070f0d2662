import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDelta } from "../../../src/dialects/sse/find-delta.ts";
import { SSE_CAPS, type SseCaps, SseFramer } from "../../../src/dialects/sse/sse-framer.ts";
import { runsOf } from "../../judges/runs.ts";
import { decodeInPieces } from "./feed.ts";

/** An event as it was read: its name, and its data parsed with the text of the delta in it, or as it came where it is not JSON. */
interface Seen {
  readonly name: string;
  readonly data: unknown;
}

interface Heard {
  readonly seen: readonly Seen[];
  /** How many events came unparsed. */
  readonly unparsed: number;
  readonly failure: string | null;
}

interface Hearing {
  readonly pieces: readonly string[];
  readonly key: string;
  /** Without spans every event is parsed: what the fast path must agree with. */
  readonly spans: boolean;
  readonly caps?: SseCaps;
}

function hear({ pieces, key, spans, caps = SSE_CAPS }: Hearing): Heard {
  const seen: Seen[] = [];
  let learnt: { readonly name: string; readonly before: string; readonly after: string } | null = null;
  let unparsed = 0;
  const framer = new SseFramer(
    {
      event(name, data) {
        const value = parse(data);
        seen.push({ name, data: value ?? data });
        const span = spans && value !== undefined ? findDelta(data, key) : null;
        if (span !== null) learnt = { name, before: data.slice(0, span.start), after: data.slice(span.end) };
        return span;
      },
      run(texts) {
        unparsed += texts.length;
        for (const piece of texts) {
          if (learnt === null) throw new Error("a run before any span");
          seen.push({ name: learnt.name, data: parse(learnt.before + piece + learnt.after) });
        }
      },
    },
    caps,
  );
  for (const piece of pieces) framer.push(piece);
  framer.end();
  return { seen, unparsed, failure: framer.failure };
}

/** The value, boxed so that `null` is one; undefined where the text is not JSON. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** What a model may say or a hostile upstream write between the quotes. */
const plainText = fc.string({ unit: "grapheme", maxLength: 10 }).map((text) => JSON.stringify(text).slice(1, -1));
const escapes = fc
  .array(
    fc.constantFrom(
      "a",
      " ",
      "\\n",
      '\\"',
      "\\\\",
      "\\/",
      "\\u0041",
      "\\ud83d",
      "\\ude00",
      "é",
      "😀",
      "\u2028",
      "\u007f",
      "}",
      "]",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const breakOuts = fc.constantFrom(
  '"',
  "\\",
  '\\"}}]}',
  '"}}]}',
  'a","role":"b',
  '","content":"',
  '","text":"',
  "\t",
  "\0",
  "\\u00",
  "\\x",
  '"}\n\ndata: {"content":"',
  '"}}\n\n',
  "\n",
);
const text = fc.oneof(
  { weight: 8, arbitrary: plainText },
  { weight: 4, arbitrary: escapes },
  { weight: 1, arbitrary: breakOuts },
);

type Wrap = (text: string) => string;
const chat: readonly Wrap[] = [
  (raw) => `data: {"id":"c","choices":[{"index":0,"delta":{"content":"${raw}"},"finish_reason":null}]}`,
  (raw) => `data: {"id":"c","choices":[{"index":0,"delta":{"content":"${raw}"},"finish_reason":null}],"obfuscation":"xy"}`,
  (raw) => `data: {"id":"c","choices":[{"index":1,"delta":{"content":"${raw}"},"finish_reason":null}]}`,
  (raw) => `data:{"id":"c","choices":[{"index":0,"delta":{"content": "${raw}"}}]}`,
  (raw) => `data: {"content":"${raw}","logprobs":{"content":"${raw}"}}`,
  (raw) => `id: 7\ndata: {"content":"${raw}"}\nretry: 5`,
  (raw) => `data: {"content":\ndata: "${raw}"}`,
  (raw) => `: ${raw}`,
  () => 'data: {"choices":[{"index":0,"delta":{"content":null},"finish_reason":"stop"}]}',
  () => "data: [DONE]",
];
const messages: readonly Wrap[] = [
  (raw) =>
    `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${raw}"}}`,
  (raw) =>
    `event: content_block_delta\ndata: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"${raw}"}}`,
  (raw) => `event: ${raw}\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${raw}"}}`,
  (raw) => `data: {"delta":{"text":"${raw}"}}\nevent: content_block_delta`,
  () => 'event: ping\ndata: {"type":"ping"}',
];
const streamOf = (wraps: readonly Wrap[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof({ weight: 6, arbitrary: fc.constant(wraps[0] ?? String) }, { weight: 2, arbitrary: fc.constantFrom(...wraps) }),
        text,
        fc.oneof({ weight: 20, arbitrary: fc.constant("\n\n") }, fc.constantFrom("\r\n\r\n", "\r\r", "\n", "\n: c\n\n")),
      ),
      { maxLength: 25 },
    )
    .map((events) => events.map(([wrap, raw, end]) => wrap(raw) + end).join(""));
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 20, max: 2000 })), {
  minLength: 1,
  maxLength: 8,
});

describe("runs of deltas", () => {
  it.each([
    ["chat", "content", streamOf(chat)],
    ["messages", "text", streamOf(messages)],
  ])("%s: what comes unparsed is what parsing each event gives", { timeout: 120_000 }, (_title, key, stream) => {
    let unparsed = 0;
    fc.assert(
      fc.property(stream, sizes, (whole, cuts) => {
        const pieces = decodeInPieces(whole, cuts);
        const heard = hear({ pieces, key, spans: true });
        expect(heard.seen).toEqual(hear({ pieces: [whole], key, spans: false }).seen);
        unparsed += heard.unparsed;
      }),
      { numRuns: runsOf(2000, 50_000) },
    );
    expect(unparsed).toBeGreaterThan(runsOf(2000, 50_000));
  });

  it("are found however often a read ends in the middle of an event", () => {
    const event = 'data: {"content":"word"}\n\n';
    const stream = event.repeat(400);
    const heard = hear({ pieces: decodeInPieces(stream, [30]), key: "content", spans: true });
    expect(heard.seen).toHaveLength(400);
    expect(heard.unparsed).toBeGreaterThan(250);
  });

  it("keep the cap of a line", () => {
    const caps = { line: 32, event: 100 };
    const events = [3, 12, 13, 3].map((length) => `data: {"content":"${"a".repeat(length)}"}\n\n`);
    const whole = hear({ pieces: [events.join("")], key: "content", spans: true, caps });
    expect(whole).toEqual({ ...hear({ pieces: [...events.join("")], key: "content", spans: false, caps }), unparsed: 1 });
    expect(whole.failure).toBe("A line of the stream is longer than 32 characters.");
  });
});

describe("findDelta", () => {
  it("finds the text of the one string under the key, and nothing where there are two", () => {
    const key = fc.constantFrom("content", "text");
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.string({ unit: "grapheme" })), { maxLength: 3 }), key, (members, wanted) => {
        const data = JSON.stringify({ list: members.map(([name, said]) => ({ [name]: said, other: `"${name}":"x"` })) });
        const texts = members.filter(([name]) => name === wanted).map(([, said]) => said);
        const span = findDelta(data, wanted);
        expect(span === null ? null : JSON.parse(`"${data.slice(span.start, span.end)}"`)).toEqual(
          texts.length === 1 ? texts[0] : null,
        );
      }),
      { numRuns: runsOf(1000, 20_000) },
    );
  });

  it("finds nothing in a text that is cut or whose value is no string", () => {
    expect(
      ['{"content":"a', '{"content":"a\\"', '{"content":null}', '{"content": "a"}'].map((data) => findDelta(data, "content")),
    ).toEqual([null, null, null, null]);
  });
});
