import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactDecision, decisionHeaders, renderDecision } from "../../../src/core/routing/render-decision.ts";
import { Trace, type TraceStep } from "../../../src/core/routing/trace.ts";

const steps: readonly TraceStep[] = [
  { level: 0, subject: "rule default/chat/gold", verdict: "passed over", reason: "tag tier is not there, wanted gold" },
  { level: 0, subject: "rule default/chat/rest", verdict: "taken", reason: "it has no conditions" },
  { level: 1, subject: "group cloud", verdict: "taken", reason: "balance weighted" },
  { level: 2, subject: "target openai/gpt-4o", verdict: "taken", reason: "asked first" },
];

const anyStep = fc.record({
  level: fc.constantFrom(0 as const, 1 as const, 2 as const),
  subject: fc.string({ unit: "binary", maxLength: 300 }),
  verdict: fc.constantFrom("taken" as const, "passed over" as const),
  reason: fc.string({ unit: "binary", maxLength: 6_000 }),
});

describe("the header", () => {
  it("is not there where nobody asked", () => {
    expect(decisionHeaders(null)).toEqual({});
  });

  it("holds every step as compact JSON", () => {
    const trace = new Trace();
    for (const step of steps) trace.note(step);
    expect(JSON.parse(decisionHeaders(trace)["x-fairlead-decision"] ?? "")).toEqual(
      steps.map(({ subject, verdict, reason }) => [subject, verdict, reason]),
    );
  });

  it("is JSON in printable ASCII of at most 4,096 characters, whatever the steps hold", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (many) => {
        const text = compactDecision(many);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(text.length).toBeLessThanOrEqual(4_096);
        expect(Array.isArray(JSON.parse(text))).toBe(true);
      }),
      { seed: 20_261_124, numRuns: 200 },
    );
  });

  it("counts what does not fit", () => {
    const many = Array.from({ length: 200 }, () => steps).flat();
    const shown: readonly unknown[] = JSON.parse(compactDecision(many));
    expect(shown.at(-1)).toBe(`and ${many.length - shown.length + 1} more`);
  });

  it("goes on after a step that is too long for it", () => {
    const long = { level: 0, subject: "rule a", verdict: "passed over", reason: "x".repeat(5_000) } as const;
    expect(JSON.parse(compactDecision([long, ...steps]))).toHaveLength(steps.length + 1);
  });
});

it("is a tree for people, a line a step", () => {
  expect(renderDecision(steps)).toBe(
    [
      "✗ rule default/chat/gold: tag tier is not there, wanted gold",
      "✓ rule default/chat/rest: it has no conditions",
      "  ✓ group cloud: balance weighted",
      "    ✓ target openai/gpt-4o: asked first",
    ].join("\n"),
  );
});
