import { describe, expect, it } from "vitest";
import { drop, put, without } from "./edit.ts";
import { judge } from "./expect-blame.ts";
import { FAILED, GOOD, render, type EventData } from "./good-streams.ts";
import { type JudgedSurface, judgeStream } from "./index.ts";

const SURFACES = Object.keys(GOOD) as readonly JudgedSurface[]; // the record has no other keys

/** Whether a stream may be whole without the event. */
function isDelta(event: EventData): boolean {
  const spare = /"ping"|"content":"|"reasoning_content"|"usage"|"text":"(?:Hel|lo|Why|Hello)"|_delta"|functionCall/;
  return spare.test(JSON.stringify(event));
}

function blame(surface: JudgedSurface, edit: (text: string) => string): readonly string[] {
  return judgeStream({ surface, text: edit(render(surface, GOOD[surface])), outcome: "complete" });
}

describe("a good stream", () => {
  it.each(SURFACES)("%s: complete, and broken off with an error, nothing is wrong", (surface) => {
    expect(judge(surface, GOOD[surface], "complete")).toEqual([]);
    expect(judge(surface, FAILED[surface], "error")).toEqual([]);
  });

  it.each(SURFACES)("%s: one ending is not the other", (surface) => {
    const ending = expect.stringMatching(/^the stream (?:ends|does not end)|^the last event is/);
    expect(judge(surface, GOOD[surface], "error")).toContainEqual(ending);
    expect(judge(surface, FAILED[surface], "complete")).toContainEqual(ending);
  });

  it.each(SURFACES)("%s: any event left away is missed, unless the stream is the same without", (surface) => {
    const spare = GOOD[surface].flatMap((event, index) =>
      judge(surface, without(index)(GOOD[surface]), "complete").length === 0 ? [event] : [],
    );
    expect(spare.filter((event) => !isDelta(event))).toEqual([]);
  });

  it.each(SURFACES)("%s: nothing follows the end", (surface) => {
    for (const events of [GOOD[surface], FAILED[surface]]) {
      const outcome = events === GOOD[surface] ? "complete" : "error";
      expect(judge(surface, [...events, ...GOOD[surface].slice(1, 2)], outcome)).not.toEqual([]);
      expect(judge(surface, [...events, ...FAILED[surface].slice(-1)], outcome)).not.toEqual([]);
    }
  });
});

it("asks for no usage where the provider told none", () => {
  const responses = put(GOOD["openai-responses"].length - 1, "response.usage", null)(GOOD["openai-responses"]);
  const gemini = drop(GOOD.gemini.length - 1, "usageMetadata")(GOOD.gemini);
  for (const [surface, events] of [
    ["openai-responses", responses],
    ["gemini", gemini],
  ] as const) {
    const text = render(surface, events);
    expect(judgeStream({ surface, text, outcome: "complete", hasUsage: false })).toEqual([]);
    expect(judgeStream({ surface, text, outcome: "complete" })).not.toEqual([]);
  }
});

describe("framing", () => {
  const framing: readonly (readonly [string, (text: string) => string | Uint8Array, RegExp])[] = [
    ["a last event without its blank line", (text) => text.slice(0, -1), /middle of an event/],
    ["nothing at all", () => "", /stream is empty/],
    ["a comment glued to an event", (text) => `: ping\n${text}`, /comment is glued/],
    ["a field that no surface has", (text) => `id: 7\n${text}`, /has the line "id: 7"/],
    ["two lines of data", (text) => text.replace(/data: (.)/, "data: $1\ndata: "), /has 2 lines of data/],
    ["data that is not JSON", (text) => text.replace(/data: \{/, "data: {undefined"), /is not JSON/],
    ["half a surrogate pair", (text) => text.replace("Why", "\uD83D").replace("Hel", "\uD83D"), /surrogate/],
    ["bytes that are not UTF-8", (text) => new TextEncoder().encode(text).with(30, 0xff), /not UTF-8/],
    ["a byte order mark", (text) => `\uFEFF${text}`, /byte order mark/],
    ["a carriage return alone", (text) => text.replace("\n\n", "\r\r\n\n"), /carriage return/],
    [
      "a name that is undefined",
      (text) => text.replace(/"(object|type|role|modelVersion)":"[^"]+"/, '"$1":"undefined"'),
      /is "undefined"/,
    ],
  ];

  it.each(framing)("%s", (_title, edit, says) => {
    for (const surface of SURFACES) {
      const problems = judgeStream({ surface, text: edit(render(surface, GOOD[surface])), outcome: "complete" });
      expect(problems, surface).toContainEqual(expect.stringMatching(says));
    }
  });

  it("takes comments that stand alone, and lines that end with CRLF", () => {
    for (const surface of SURFACES) {
      const text = `: ping\n\n${render(surface, GOOD[surface]).replace("\n\n", "\n\n: ping\n\n")}`;
      expect(judgeStream({ surface, text, outcome: "complete" }), surface).toEqual([]);
      expect(
        judgeStream({ surface, text: new TextEncoder().encode(text.replaceAll("\n", "\r\n")), outcome: "complete" }),
        surface,
      ).toEqual([]);
    }
  });

  it("asks for event: lines where the surface has them, once and first, and for none elsewhere", () => {
    for (const surface of ["openai-chat", "openai-completions", "gemini"] as const)
      expect(blame(surface, (text) => `event: message\n${text}`)).toContainEqual(expect.stringMatching(/has an event: line/));
    for (const surface of ["openai-responses", "anthropic-messages"] as const) {
      expect(blame(surface, (text) => text.replace(/event: .*\n/, ""))).toContainEqual(
        expect.stringMatching(/has no event: line/),
      );
      expect(blame(surface, (text) => text.replace(/event: /, "event: x"))).toContainEqual(
        expect.stringMatching(/event: line says x/),
      );
      expect(blame(surface, (text) => text.replace(/(event: .*\n)/, "$1$1"))).toContainEqual(
        expect.stringMatching(/has 2 event: lines/),
      );
      expect(blame(surface, (text) => text.replace(/(event: .*\n)(data: .*\n)/, "$2$1"))).toContainEqual(
        expect.stringMatching(/does not come first/),
      );
    }
  });
});
