import { describe, expect, it } from "vitest";
import { buildStream, type StreamOptions, streamOf } from "../../../src/cli/cache/build-stream.ts";
import { createDraw } from "../../rigs/chaos-upstream/draw.ts";

const rows = [
  ...Array.from({ length: 2_000 }, (_, at) => ({ answer: `answer ${at % 20}`, text: `text ${at}` })),
  ...Array.from({ length: 500 }, (_, at) => ({ answer: "", text: `nobody's ${at}` })),
];
const build = (over: Partial<StreamOptions> = {}) =>
  buildStream(rows, { arrivals: 1_000, outOfScope: 0.2, exponent: 1, drift: 0, draw: createDraw(1), ...over });

describe("buildStream", () => {
  it("brings no text twice, and as many out of scope as asked for", () => {
    const stream = build();
    expect(stream).toHaveLength(1_000);
    expect(new Set(stream.map(({ text }) => text)).size).toBe(1_000);
    const alone = stream.filter(({ isAlone }) => isAlone);
    expect(alone.length / 1_000).toBeCloseTo(0.2, 1);
    expect(new Set(alone.map(({ answer }) => answer)).size).toBe(alone.length);
  });

  it("asks for few answers often, the more so the greater the exponent, and repeats itself for a seed", () => {
    const most = (exponent: number): number => {
      const counts = [...Map.groupBy(build({ exponent, arrivals: 300 }), ({ answer }) => answer).values()];
      return Math.max(...counts.map(({ length }) => length));
    };
    expect(most(1.5)).toBeGreaterThan(most(1));
    expect(most(1)).toBeGreaterThan(2 * most(0));
    expect(build()).toEqual(build());
  });

  it("goes on with other answers where one has no text left, and ends where none has", () => {
    const stream = build({ arrivals: 10_000, outOfScope: 0 });
    expect(stream).toHaveLength(2_000);
  });

  it("takes answers of one text for out of scope where no row is without an answer", () => {
    const single = rows
      .slice(0, 200)
      .concat(Array.from({ length: 50 }, (_, at) => ({ answer: `once ${at}`, text: `once ${at}` })));
    const stream = buildStream(single, { arrivals: 200, outOfScope: 0.2, exponent: 1, drift: 0, draw: createDraw(2) });
    expect(stream.filter(({ isAlone }) => isAlone).every(({ text }) => text.startsWith("once"))).toBe(true);
    expect(stream.filter(({ isAlone }) => isAlone).length).toBeGreaterThan(25);
  });

  it("changes some answers in the middle", () => {
    const stream = build({ drift: 0.5 });
    const isChanged = stream.map(({ answer }) => answer.endsWith(", changed"));
    expect(isChanged.slice(0, 500).some(Boolean)).toBe(false);
    expect(isChanged.slice(500).filter(Boolean).length).toBeGreaterThan(100);
  });

  it("takes a file in its own order", () => {
    expect(streamOf([rows[0], rows[2_100], rows[0]].flatMap((row) => row ?? []))).toEqual([
      { text: "text 0", answer: "answer 0", isAlone: false },
      { text: "nobody's 100", answer: "nobody else's 1", isAlone: true },
    ]);
  });
});
