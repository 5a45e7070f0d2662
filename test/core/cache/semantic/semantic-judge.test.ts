import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../../src/core/cache/semantic/features.ts";
import type { Proposal, Proposed } from "../../../../src/core/cache/semantic/proposal.ts";
import { SemanticJudge } from "../../../../src/core/cache/semantic/semantic-judge.ts";
import type { SemanticSettings } from "../../../../src/core/cache/semantic/settings.ts";
import { createDraw } from "../../../rigs/chaos-upstream/draw.ts";

const NOW = 1_800_000_000_000;
const SETTINGS: SemanticSettings = { maxFalseHitRate: 0.05, per: "Hit", mode: "Enforce", shadowBudget: 0.03 };
const EMBEDDER = "an embedder";

const entry = (over: Partial<Candidate> = {}): Candidate => ({
  id: "7",
  similarity: 0.93,
  question: "how can my colleague order new business cards",
  answer: "Ask the office manager.",
  isVerified: true,
  ...over,
});
/** What else is near: of another answer. */
const OTHER = entry({ id: "8", similarity: 0.6, question: "who repairs the coffee machine", answer: "Call the facility desk." });
const QUESTION = "business cards for my colleague where are they ordered";

const ask = (judge: SemanticJudge, draw = () => 0.5, settings = SETTINGS): Proposal =>
  judge.propose(QUESTION, [entry(), OTHER], { settings, draw });
const proposed = (proposal: Proposal): Proposed => {
  if (proposal.kind === "none") throw new Error(proposal.why.note);
  return proposal;
};
/** Asks upstream whenever it must be asked, and hears an answer that is right or wrong. Whether it was given. */
function live(judge: SemanticJudge, isRight: boolean, { draw = (): number => 0.5, settings = SETTINGS } = {}): boolean {
  const proposal = proposed(ask(judge, draw, settings));
  if (!proposal.serve || proposal.isChecked)
    judge.learn(proposal, { fresh: isRight ? entry().answer : "Nobody knows.", stored: entry().answer, now: NOW });
  return proposal.serve;
}
/** Far ones were wrong, near ones were right. */
function teach(): string {
  const judge = SemanticJudge.open(null, EMBEDDER);
  for (let at = 0; at < 400; at += 1) {
    live(judge, true);
    const far = judge.propose(QUESTION, [OTHER], { settings: SETTINGS, draw: () => 0.5 });
    if (far.kind === "proposed") judge.learn(far, { fresh: entry().answer, stored: OTHER.answer, now: NOW });
  }
  return judge.save();
}
const TAUGHT = teach();
const taught = (): SemanticJudge => SemanticJudge.open(TAUGHT, EMBEDDER);

describe("SemanticJudge", () => {
  it("gives nothing before it has learnt, nor before its certificate is earned", () => {
    const judge = SemanticJudge.open(null, EMBEDDER);
    const given = Array.from({ length: 199 }, () => live(judge, true));
    expect(given.some(Boolean)).toBe(false);
    expect(judge.certificate).toMatchObject({ checked: 0, isEarned: false, upperBound: 1 });
  });

  it("gives what is near once it knows the traffic, and says with which probability", () => {
    const proposal = proposed(ask(taught()));
    expect(proposal).toMatchObject({
      id: "7",
      serve: true,
      standing: "hit",
      why: { tier: "semantic", veto: null, similarity: 0.93 },
    });
    expect(proposal.why.probability).toBeGreaterThan(0.95);
  });

  it("certifies what it gives", () => {
    const { certificate } = taught();
    expect(certificate).toMatchObject({ isEarned: true, wrong: 0, breaker: "closed", since: NOW });
    expect(certificate.upperBound).toBeLessThan(0.05);
  });

  it("gives nothing in shadow, and draws the curve", () => {
    const judge = SemanticJudge.open(null, EMBEDDER);
    const shadow = { ...SETTINGS, mode: "Shadow" as const };
    const given = Array.from({ length: 500 }, () => live(judge, true, { settings: shadow }));
    expect(given.some(Boolean)).toBe(false);
    expect(judge.curve.at(-1)).toMatchObject({ maxFalseHitRate: 0.2, falseHitRate: 0 });
    expect(judge.curve.at(-1)?.hitRate).toBeGreaterThan(0.3);
  });

  it("refuses what a veto speaks against, however near it is, and names the veto", () => {
    const judge = taught();
    const proposal = judge.propose(`${entry().question} 12`, [entry({ similarity: 0.999 })], {
      settings: SETTINGS,
      draw: () => 0.5,
    });
    expect(proposal).toMatchObject({ kind: "none", why: { tier: null, veto: "number", similarity: 0.999 } });
  });

  it("gives nothing that no second answer has confirmed, or a neighbour that says the same", () => {
    const judge = taught();
    const alone = judge.propose(QUESTION, [entry({ isVerified: false }), OTHER], { settings: SETTINGS, draw: () => 0.5 });
    expect(alone).toMatchObject({ kind: "proposed", serve: false, standing: "near" });
    const twin = entry({ id: "9", similarity: 0.9, question: "where does a colleague get business cards" });
    const proposal = judge.propose(QUESTION, [entry({ isVerified: false }), twin, OTHER], {
      settings: SETTINGS,
      draw: () => 0.5,
    });
    expect(proposal).toMatchObject({ kind: "proposed", id: "9", serve: true });
  });

  it("gives the same question but for its spelling from the beginning, as canonical, and checks it", () => {
    const judge = SemanticJudge.open(null, EMBEDDER);
    const question = "how can my colleague order new buisness cards";
    const proposal = proposed(judge.propose(question, [entry()], { settings: SETTINGS, draw: () => 0.5 }));
    expect(proposal).toMatchObject({ serve: true, isChecked: true, standing: "same", why: { tier: "canonical" } });
    for (let wrong = 0; wrong < 10; wrong += 1) judge.learn(proposal, { fresh: "No.", stored: "Yes.", now: NOW });
    expect(judge.sequenceCertificate.breaker).toBe("open");
    expect(judge.propose(question, [entry()], { settings: SETTINGS, draw: () => 0.5 })).toMatchObject({ serve: false });
  });

  it("stops when the answers have become wrong, and starts again when they are right for long enough", () => {
    const judge = taught();
    let wrong = 0;
    while (live(judge, false)) wrong += 1;
    expect(wrong).toBeLessThan(12);
    for (let at = 0; at < 20; at += 1) live(judge, false);
    const given = Array.from({ length: 3_000 }, () => live(judge, true));
    expect(given.slice(0, 100).some(Boolean)).toBe(false);
    expect(given.at(-1)).toBe(true);
  });

  it("checks more after a report, and is less sure", () => {
    const judge = taught();
    const draw = createDraw(1);
    for (let at = 0; at < 5_000; at += 1) live(judge, true, { draw });
    const before = proposed(ask(judge));
    judge.feedback(before.features);
    const after = proposed(ask(judge));
    expect([before.share < 0.1, after.share]).toEqual([true, 1]);
    expect(after.low).toBeLessThan(before.low);
  });

  it("starts its certificate anew when another bound is promised, and keeps what it learnt", () => {
    const judge = taught();
    const stricter = { ...SETTINGS, maxFalseHitRate: 0.02 };
    expect(proposed(ask(judge, () => 0.5, stricter))).toMatchObject({ serve: false, standing: "hit" });
    expect(judge.certificate).toMatchObject({ checked: 0, isEarned: false });
  });

  it("goes on where it was saved", () => {
    const judge = taught();
    const again = SemanticJudge.open(judge.save(), EMBEDDER);
    expect(again.certificate).toEqual(judge.certificate);
    expect(again.curve).toEqual(judge.curve);
    expect(ask(again)).toEqual(ask(judge));
    expect(again.save()).toBe(judge.save());
  });

  it.each([
    ["null", null],
    ["no JSON", "{"],
    ["another shape", '{"version":1}'],
    [
      "a number that is none",
      taught()
        .save()
        .replace(/"labels":\d+/, '"labels":null'),
    ],
    [
      "a vector too short",
      taught()
        .save()
        .replace(/"mean":\[[^,]+,/, '"mean":['),
    ],
  ])("starts anew from %s", (_, saved) => {
    expect(SemanticJudge.open(saved, EMBEDDER).save()).toBe(SemanticJudge.open(null, EMBEDDER).save());
  });

  it("starts anew for another embedder", () => {
    expect(SemanticJudge.open(TAUGHT, "another").labels).toBe(0);
  });

  it("learns nothing where answers cannot be compared", () => {
    const judge = SemanticJudge.open(null, EMBEDDER);
    const proposal = proposed(ask(judge));
    expect(
      judge.learn(proposal, {
        fresh: "Restart the router, then wait.",
        stored: "Unplug the router and wait a minute.",
        now: NOW,
      }),
    ).toBeNull();
    expect(judge.labels).toBe(0);
  });
});
