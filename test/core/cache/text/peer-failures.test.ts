import { describe, expect, it } from "vitest";
import { canonicalText } from "../../../../src/core/cache/text/canonical-text.ts";
import { eligibilityOf } from "../../../../src/core/cache/text/eligibility.ts";
import { pairFeatures } from "../../../../src/core/cache/text/pair-features.ts";
import { passesSequenceGate } from "../../../../src/core/cache/text/sequence-gate.ts";
import { vetoOf } from "../../../../src/core/cache/text/veto.ts";
import { NOTHING_ELSE } from "./facts.ts";

/** What other caches were reported to do, as far as it is about texts. Their rows: different questions, polarity, agents, long prompts. */
describe("what other caches are reported to answer wrongly", () => {
  it.each([
    ["litellm#12234: any question is answered with another's answer", "What is 1+1?", "Hello world"],
    ["langchain-redis#22: one sum for another", "What is 1+1?", "What is 21+1?"],
    ["GPTCache#694: a question for its reversal", "Is Rome larger than Milan?", "Is Milan larger than Rome?"],
    ["semantic-router#2691: on for off", "How do I turn on dark mode?", "How do I turn off dark mode?"],
    ["semantic-router#2691: open for closed", "Is port 8080 open by default?", "Is port 8080 closed by default?"],
    ["semantic-router#2751: a question for its negation", "Can I cancel my order?", "Can I not cancel my order?"],
    [
      "semantic-cache-blindspots: a migration for the way back",
      "Migrate from MySQL to Postgres",
      "Migrate from Postgres to MySQL",
    ],
    [
      "hydra#945: one subject of a commit for another",
      "fix flaky login test in auth service",
      "fix flaky logout test in auth service",
    ],
    ["tools: a flag for its opposite", "What does git add --all do?", "What does git add --dry-run do?"],
  ])("%s", (_, a, b) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
    expect(passesSequenceGate(a, b)).toBe(false);
    expect(vetoOf(a, b)).not.toBeNull();
  });

  it("litellm#12234, langchain#25161: what has little in common shares no key, and the model sees that it has", () => {
    const [a, b] = ["What is the capital of France?", "How is the weather in France?"];
    expect(passesSequenceGate(a, b)).toBe(false);
    expect(pairFeatures(a, b)).toMatchObject({ residue: 2, contentJaccard: 1 / 3 });
  });

  it("semantic-router#2728: true paraphrases are left to the model, however low their cosine", () => {
    expect(vetoOf("How do I enable two-factor authentication?", "How do I turn on two-factor authentication?")).toBeNull();
  });

  it("litellm-docs#833, headroom#3226: an agent's turn, whose last text is empty or a tool's, is never shared by text", () => {
    for (const facts of [{ hasToolTurns: true }, { offersTools: true }, { endsWithUserText: false }]) {
      expect(eligibilityOf("What is in the file?", { ...NOTHING_ELSE, ...facts })).toMatchObject({
        canonical: false,
        semantic: false,
      });
    }
    expect(eligibilityOf("", NOTHING_ELSE)).toMatchObject({ canonical: false, semantic: false });
  });

  it("semantic-router#3366: long prompts that an embedder cuts alike are not shared by meaning", () => {
    const report = `Summarize this report: ${"The valley was quiet and nobody came by. ".repeat(60)}`;
    expect(eligibilityOf(`${report} It closed in May.`, NOTHING_ELSE)).toMatchObject({ canonical: true, semantic: false });
    expect(canonicalText(`${report} It closed in May.`)).not.toBe(canonicalText(`${report} It closed in June.`));
  });

  it("hinglish-semantic-cache-eval: a question in another language or script is another question", () => {
    expect(vetoOf("How do I reset my password?", "mera password kaise reset kare")).not.toBeNull();
    expect(vetoOf("How do I reset my password?", "मेरा पासवर्ड कैसे रीसेट करें")).toBe("script");
  });
});
