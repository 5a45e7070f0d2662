import { describe, expect, it } from "vitest";
import { eligibilityOf, type RequestFacts, type Restriction } from "../../../../src/core/cache/text/eligibility.ts";
import { NOTHING_ELSE } from "./facts.ts";

const PLAIN = "How does the water cycle work?";
const EVERYWHERE = { canonical: true, semantic: true, ttlCapMs: null, principalOnly: false, restrictions: [] };

describe("an answer may be shared", () => {
  it.each([
    PLAIN,
    "What is the capital of Norway?",
    "How do I delete a branch?",
    "Explain how HTTPS works",
    "Wie funktioniert ein Kühlschrank?",
  ])("by meaning: %s", (text) => {
    expect(eligibilityOf(text, NOTHING_ELSE)).toEqual(EVERYWHERE);
    expect(eligibilityOf(text, { ...NOTHING_ELSE, temperature: 0.7 })).toEqual(EVERYWHERE);
  });

  const byBytes: readonly (readonly [Restriction, Partial<RequestFacts>])[] = [
    ["tools", { offersTools: true }],
    ["tools", { hasToolTurns: true }],
    ["media", { hasMedia: true }],
    ["turn", { endsWithUserText: false }],
    ["turn", { isPrefilled: true }],
    ["sampling", { choices: 2 }],
    ["sampling", { hasSeed: true }],
    ["sampling", { hasLogprobs: true }],
    ["sampling", { temperature: 0.71 }],
  ];
  it.each(byBytes)("with the same bytes only: %s, %o", (restriction, facts) => {
    expect(eligibilityOf(PLAIN, { ...NOTHING_ELSE, ...facts })).toEqual({
      ...EVERYWHERE,
      canonical: false,
      semantic: false,
      restrictions: [restriction],
    });
  });

  const byText: readonly (readonly [Restriction, string])[] = [
    ["short", ""],
    ["short", "yes"],
    ["short", "continue"],
    ["short", "what about it?"],
    ["creative", "Write a poem about rivers"],
    ["creative", "tell me another joke about rivers"],
    ["imperative", "Delete the production database"],
    ["imperative", "please send the report to finance"],
    ["imperative", "could you book the flight to Lima"],
    ["imperative", "turn off the kitchen lights"],
  ];
  it.each(byText)("with the same bytes only: %s, %j", (restriction, text) => {
    const { canonical, restrictions, semantic } = eligibilityOf(text, NOTHING_ELSE);
    expect({ canonical, semantic }).toEqual({ canonical: false, semantic: false });
    expect(restrictions).toContain(restriction);
  });

  const byForm: readonly (readonly [Restriction, string])[] = [
    ["arithmetic", "What is 15% of 640?"],
    ["arithmetic", "Convert 30 miles to kilometers"],
    ["arithmetic", "how much is 5 - 3 apples"],
    ["long", `What does this say: ${"water flows downhill ".repeat(100)}`],
  ];
  it.each(byForm)("by canonical form, not by meaning: %s", (restriction, text) => {
    expect(eligibilityOf(text, NOTHING_ELSE)).toEqual({ ...EVERYWHERE, semantic: false, restrictions: [restriction] });
  });

  it.each([
    "What is the weather in Lima?",
    "Who is the current president of Kenya?",
    "latest football scores",
    "what time is it in Tokyo",
    "events in Rome this week",
    "Wie ist das Wetter heute?",
    "今天天气怎么样",
  ])("for a minute, not by meaning: %s", (text) => {
    expect(eligibilityOf(text, NOTHING_ELSE)).toMatchObject({ semantic: false, ttlCapMs: 60_000 });
  });

  it.each([
    "Where is my last order?",
    "What is my account balance?",
    "Is ann@example.com subscribed?",
    "Where is parcel 4711081512?",
  ])("with who asked alone: %s", (text) => {
    expect(eligibilityOf(text, NOTHING_ELSE)).toMatchObject({ principalOnly: true, canonical: true });
  });
});
