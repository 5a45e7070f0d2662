import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createArranger } from "./create-arranger.ts";
import type { BlockHead, ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import type { Restore } from "../../../src/dialects/dialect.ts";
import { runsOf } from "../../judges/runs.ts";
import { checkStrict } from "./check-strict.ts";

const usage = {
  inputTokens: 3,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 2,
  reasoningTokens: 0,
  estimated: false,
};
const stop: ChatEvent = { kind: "finish", finish: { reason: "stop", raw: "stop", stopSequence: null } };
const failure: ChatEvent = {
  kind: "error",
  failure: { class: "overloaded", status: 529, message: "busy", param: null, code: null, retryAfterSeconds: null },
};

function tool(name: string, form: "function" | "custom" = "function"): BlockHead {
  return { kind: "tool_call", id: `id-${name}`, name, form, namespace: null };
}
const open = (index: number, head: BlockHead = { kind: "text" }): ChatEvent => ({ kind: "open", index, head });
const delta = (index: number, ...pieces: string[]): ChatEvent => ({ kind: "delta", index, pieces });
const close = (index: number): ChatEvent => ({ kind: "close", index });
const media = (index: number): ChatEvent => ({
  kind: "block",
  index,
  block: { kind: "opaque", dialect: "d", type: `t${index}`, raw: index },
});

/** Everything the arranger gives, the events pushed `size` at a time. */
function arrange(
  events: readonly ChatEvent[],
  options: { readonly size?: number; readonly restore?: Restore } = {},
): readonly ChatEvent[] {
  const { size = 1, restore } = options;
  const arranger = createArranger(restore);
  const out: ChatEvent[] = [];
  for (let at = 0; at < events.length; at += size) out.push(...arranger.push(events.slice(at, at + size)));
  return [...out, ...arranger.end()];
}

/** Events in short: `0 text`, `0 "a|b"`, `0 .` for a close. */
function short(events: readonly ChatEvent[]): readonly string[] {
  return events.map((event) => {
    if (event.kind === "open") return `${event.index} ${event.head.kind === "tool_call" ? event.head.name : event.head.kind}`;
    if (event.kind === "delta") return `${event.index} "${event.pieces.join("|")}"`;
    if (event.kind === "close") return `${event.index} .`;
    if (event.kind === "block") return `${event.index} [${event.block.kind === "opaque" ? event.block.type : event.block.kind}]`;
    return event.kind === "finish" ? event.finish.reason : event.kind;
  });
}

/** One block as a reader tells it, its texts marked so that each is found again. */
interface Told {
  readonly events: readonly ChatEvent[];
  readonly index: number;
  readonly head: BlockHead | null;
  /** What must come out, joined. */
  readonly text: string;
}

const cut = (text: string, cuts: readonly number[]): readonly string[] => {
  const places = [...new Set(cuts.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, turn) => text.slice(from, places[turn] ?? text.length));
};
const escape = (text: string): string => JSON.stringify(text).slice(1, -1);
const pieces = (text: string, cuts: readonly number[]): readonly string[] => cut(text, cuts).map(escape);
const cuts = fc.array(fc.nat(200), { maxLength: 5 });
const word = fc.string({ unit: "grapheme-ascii", maxLength: 6 });
const argumentsText = fc
  .oneof(
    fc.dictionary(word, fc.oneof(word, fc.constantFrom("}", '"}', "\\", "{[", '\\"}')), { maxKeys: 3 }),
    fc.record({ list: fc.array(fc.nat(), { maxLength: 2 }) }),
  )
  .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, 1)));

const toldText = fc.record({
  kind: fc.constantFrom("text", "refusal", "reasoning"),
  parts: fc.array(word, { maxLength: 4 }),
  closes: fc.boolean(),
  extra: fc.option(fc.constantFrom("seal", "annotate"), { nil: null }),
  cuts,
});
const toldCall = fc.record({ text: argumentsText, closes: fc.boolean(), form: fc.constantFrom("function", "custom"), cuts });
const told = (index: number): fc.Arbitrary<Told> =>
  fc.oneof(
    toldText.map((block): Told => {
      const texts = block.parts.map((part, turn) => `<${index}.${turn}>${part}`);
      const head: BlockHead =
        block.kind === "reasoning"
          ? { kind: "reasoning", isSummary: false }
          : { kind: block.kind === "text" ? "text" : "refusal" };
      const extra: readonly ChatEvent[] =
        block.extra === "seal"
          ? [{ kind: "seal", index, seal: { family: "f", form: "signature", data: `seal ${index}`, id: null } }]
          : block.extra === "annotate"
            ? [
                {
                  kind: "annotate",
                  index,
                  annotation: { url: `seal ${index}`, title: null, startIndex: null, endIndex: null, citedText: null },
                },
              ]
            : [];
      const deltas = texts.map((text) => delta(index, ...pieces(text, block.cuts)));
      return {
        index,
        head,
        text: texts.join(""),
        events: [open(index, head), ...deltas, ...extra, ...(block.closes ? [close(index)] : [])],
      };
    }),
    toldCall.map(({ text, closes, form, cuts: places }): Told => {
      const head = tool(`tool${index}`, form === "custom" ? "custom" : "function");
      const deltas = pieces(text, places).map((piece) => delta(index, piece));
      return { index, head, text, events: [open(index, head), ...deltas, ...(closes ? [close(index)] : [])] };
    }),
    fc.constant<Told>({ index, head: null, text: `t${index}`, events: [media(index)] }),
  );

/** Blocks whose events come in any order but each block's own. */
const interleaved = fc
  .integer({ min: 1, max: 5 })
  .chain((count) =>
    fc.tuple(
      fc.tuple(...Array.from({ length: count }, (_, index) => told(index * 3))),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    ),
  )
  .map(([blocks, draws]) => {
    const queues = blocks.map(({ events }) => [...events]);
    const events: ChatEvent[] = [];
    for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
      const live = queues.filter((queue) => queue.length > 0);
      // Runs of one block are likelier than turns, as they are from a model.
      const queue = live[Math.floor((draws[turn % draws.length] ?? 0) / 3) % live.length];
      const next = queue?.shift();
      if (next !== undefined) events.push(next);
    }
    return { blocks, events };
  });

interface Gathered {
  readonly calls: Map<string, string>;
  readonly extras: string[];
  /** Calls and whole blocks, as they began. */
  readonly order: string[];
  texts: string;
}

/** What came out of each loose block: calls by id, texts by the marks in them. */
function gather(events: readonly ChatEvent[]): Gathered {
  const gathered: Gathered = { calls: new Map(), extras: [], order: [], texts: "" };
  let call: string | null = null;
  for (const event of events) {
    if (event.kind === "open") {
      call = event.head.kind === "tool_call" ? event.head.id : null;
      if (call !== null) gathered.order.push(call);
    } else if (event.kind === "block") gathered.order.push(event.block.kind === "opaque" ? event.block.type : event.block.kind);
    else if (event.kind === "delta") gatherText(gathered, call, event.pieces);
    else gathered.extras.push(...extraOf(event));
  }
  return gathered;
}

function gatherText(gathered: Gathered, call: string | null, escaped: readonly string[]): void {
  const text = escaped.map((piece) => String(JSON.parse(`"${piece}"`))).join("");
  if (call === null) gathered.texts += text;
  else gathered.calls.set(call, (gathered.calls.get(call) ?? "") + text);
}

function extraOf(event: ChatEvent): readonly string[] {
  if (event.kind === "seal") return [event.seal.data];
  return event.kind === "annotate" ? [event.annotation.url] : [];
}

/** The text of one block among all texts: from each of its marks to the next mark of any. */
function textOf(texts: string, index: number): string {
  return texts
    .split(/(?=<\d+\.\d+>)/)
    .filter((part) => part.startsWith(`<${index}.`))
    .join("");
}

describe("Arranger", () => {
  it("makes any interleaving strict and loses nothing of any block", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(interleaved, fc.integer({ min: 1, max: 9 }), ({ blocks, events }, size) => {
        const out = arrange([...events, { kind: "usage", usage }, stop], { size });
        expect(checkStrict(out)).toEqual([]);
        const { calls, texts, extras, order } = gather(out);
        for (const { index, head, text } of blocks) {
          if (head?.kind === "tool_call") expect(calls.get(head.id)?.trimEnd() ?? "").toBe(text.trimEnd());
          else if (head !== null) expect(textOf(texts, index)).toBe(text);
        }
        expect(extras.toSorted()).toEqual(gather(events).extras.toSorted());
        const asked = gather(events).order;
        expect(order).toEqual(asked);
        expect(out.at(-1)).toMatchObject({
          finish: { reason: blocks.some(({ head }) => head?.kind === "tool_call") ? "tool_calls" : "stop" },
        });
        expect(arrange([...events, { kind: "usage", usage }, stop], { size: 1000 })).toEqual(out);
      }),
      { numRuns: runsOf(2000, 50_000) },
    );
  });

  it("makes anything strict, whatever a reader says", { timeout: 120_000 }, () => {
    const index = fc.nat(3);
    const head = fc.constantFrom<BlockHead>(
      { kind: "text" },
      { kind: "reasoning", isSummary: true },
      tool("a"),
      tool("b", "custom"),
      tool("forced"),
      tool("wrapped"),
    );
    const event = fc.oneof(
      fc.tuple(index, head).map(([at, of]) => open(at, of)),
      fc
        .tuple(index, fc.array(fc.constantFrom("", "a", "{", "}", '\\"', "\\\\", "\\u007b", "[]"), { maxLength: 3 }))
        .map(([at, texts]) => delta(at, ...texts)),
      index.map(close),
      index.map(media),
      index.map((at): ChatEvent => ({ kind: "seal", index: at, seal: { family: "f", form: "signature", data: "d", id: null } })),
      fc.constantFrom<ChatEvent>(stop, failure, { kind: "start", id: "i", model: "m", usage }, { kind: "usage", usage }),
    );
    const restore: Restore = { names: new Map([["a", "A"]]), forcedTool: "forced", customTools: new Set(["wrapped"]) };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const out = arrange(events, { restore });
        const isEnded = events.some(({ kind }) => kind === "finish" || kind === "error");
        expect(checkStrict(out, isEnded)).toEqual([]);
        expect(["finish", "error"].includes(out.at(-1)?.kind ?? "")).toBe(isEnded);
      }),
      { numRuns: runsOf(2000, 50_000) },
    );
  });

  it("gives a second call's arguments as soon as the first one's are complete", () => {
    const arranger = createArranger();
    arranger.push([open(0, tool("a")), delta(0, '{\\"x\\":'), open(1, tool("b")), delta(1, "{")]);
    expect(short(arranger.push([delta(0, "1}")]))).toEqual(['0 "1}"', "0 .", "1 b", '1 "{"']);
    expect(short(arranger.push([delta(1, "}")]))).toEqual(['1 "}"']);
  });

  it("keeps opening order where several wait", () => {
    const events = [open(0, tool("a")), open(1, tool("b")), delta(0, "{}"), open(2, tool("c")), delta(2, "{}"), delta(1, "{}")];
    expect(short(arrange([...events, stop]))).toEqual([
      "start",
      "0 a",
      '0 "{}"',
      "0 .",
      "1 b",
      '1 "{}"',
      "1 .",
      "2 c",
      '2 "{}"',
      "2 .",
      "tool_calls",
    ]);
  });

  it("is not fooled by a brace in a string, however it is escaped", () => {
    const events = [
      open(0, tool("a")),
      delta(0, '{\\"x\\":\\"}\\\\\\"\\u0022,\\"y\\":\\"', "\\u007d", '\\"'),
      open(1),
      delta(1, "text"),
      delta(0, "}"),
    ];
    expect(short(arrange([...events, stop])).slice(1, 8)).toEqual([
      "0 a",
      '0 "{\\"x\\":\\"}\\\\\\"\\u0022,\\"y\\":\\"|\\u007d|\\""',
      '0 "}"',
      "0 .",
      "1 text",
      '1 "text"',
      "1 .",
    ]);
  });

  it("does not cut a free-form call in two, whatever its text looks like", () => {
    const events = [open(0, tool("a", "custom")), delta(0, "{}"), open(1), delta(1, "text"), delta(0, " more"), close(0)];
    expect(short(arrange([...events, stop])).slice(1, 5)).toEqual(["0 a", '0 "{}"', '0 " more"', "0 ."]);
  });

  it.each(["[1,2]", '{"a": nope', '"x"'])("lets no call pass for sound that was given %s", (text) => {
    const call = (reason: "tool_calls" | "length"): readonly ChatEvent[] => [
      { kind: "open", index: 0, head: tool("a") },
      { kind: "delta", index: 0, pieces: [escape(text)] },
      { kind: "close", index: 0 },
      { kind: "finish", finish: { reason, raw: null, stopSequence: null } },
    ];
    expect(arrange(call("tool_calls"), { size: 9 }).at(-1)).toMatchObject({ kind: "error", failure: { class: "malformed" } });
    expect(arrange(call("length"), { size: 9 }).at(-1)).toMatchObject({ kind: "finish", finish: { reason: "length" } });
  });

  it("tells a call that its provider could not read as an error", () => {
    const finish = { reason: "malformed_call", raw: "MALFORMED_FUNCTION_CALL", stopSequence: null } as const;
    expect(arrange([{ kind: "finish", finish }], { size: 9 }).at(-1)).toMatchObject({ kind: "error" });
  });

  it("gives the second of two calls with one id another", () => {
    const calls = [0, 1].flatMap((index) => [open(index, tool("same")), close(index)]);
    const ids = arrange([...calls, stop], { size: 9 });
    expect(ids.flatMap((event) => (event.kind === "open" && event.head.kind === "tool_call" ? [event.head.id] : []))).toEqual([
      "id-same",
      "id-same_2",
    ]);
  });

  it("takes no notice of empty deltas between arguments", () => {
    const events = [open(0), delta(0, "x"), open(1, tool("a")), delta(0, ""), delta(1, "{}"), delta(0), delta(1, " "), stop];
    expect(short(arrange(events))).toEqual(["start", "0 text", '0 "x"', "0 .", "1 a", '1 "{}"', '1 " "', "1 .", "tool_calls"]);
  });

  it("goes on with a text in a new block", () => {
    expect(short(arrange([open(0), delta(0, "a"), open(1, { kind: "refusal" }), close(0), delta(0, "b"), stop]))).toEqual([
      "start",
      "0 text",
      '0 "a"',
      "0 .",
      "1 refusal",
      "1 .",
      "2 text",
      '2 "b"',
      "2 .",
      "stop",
    ]);
  });

  it("gives back a free-form tool's text, and the forced tool's arguments as text that nothing cuts", () => {
    const restore: Restore = { names: new Map([["w_1", "w"]]), forcedTool: "json", customTools: new Set(["w_1"]) };
    const events = [
      open(0, tool("w_1")),
      delta(0, '{\\"input\\":', '\\"a\\\\nb\\"}'),
      close(0),
      open(1, tool("json")),
      delta(1, '{\\"x\\"'),
      open(2),
      delta(2, "t"),
      delta(1, ":1}"),
      stop,
    ];
    expect(short(arrange(events, { restore }))).toEqual([
      "start",
      "0 w",
      '0 "a\\nb"',
      "0 .",
      "1 text",
      '1 "{\\"x\\""',
      '1 ":1}"',
      "1 .",
      "2 text",
      '2 "t"',
      "2 .",
      "tool_calls",
    ]);
  });

  it("says nothing more after an error, and nothing at all of an end that never came", () => {
    const arranger = createArranger();
    expect(short(arranger.push([failure, open(0)]))).toEqual(["start", "error"]);
    expect([...arranger.push([stop]), ...arranger.end()]).toEqual([]);
    expect(short(arrange([open(0), delta(0, "a")]))).toEqual(["start", "0 text", '0 "a"']);
  });

  it("takes time in proportion to arguments full of braces while another call waits", () => {
    const started = performance.now();
    const arranger = createArranger();
    arranger.push([open(0, tool("a")), delta(0, '{\\"code\\":\\"'), open(1, tool("b"))]);
    for (let turn = 0; turn < 50_000; turn++) arranger.push([delta(0, "{}}")]);
    // Parsing the arguments again at every brace takes minutes.
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
