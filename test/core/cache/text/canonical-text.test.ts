import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runsOf } from "../../../judges/runs.ts";
import { canonicalText, LONGEST_CANONICAL } from "../../../../src/core/cache/text/canonical-text.ts";

/** Words that rules look for, so that random sentences meet them in every order. */
const WORDS =
  "a an the please hi hello thanks thank you so much could can tell me how do i to what is are who steps way no not one two twenty five hundred thousand and or vitamin plan few it US IT Paris reset password's don't what's 5 10mg 1,000 3.12 -5 - + , . ? ! : \" ' ` { ( ) \n é ß 你 好 www.x.org a@b.io /etc/x --all x_y well-known U.S. ok really in fact say word de la und ½ 10²".split(
    " ",
  );
const sentences = fc
  .array(fc.constantFrom(...WORDS), { maxLength: 14 })
  .chain((words) => fc.constantFrom(" ", "", "  ").map((between) => words.join(between)));

/** Any characters, those of ASCII, of scripts and of symbols alike often; halves of surrogate pairs too. */
const characters = fc
  .array(
    fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0x1_ffff })),
    { maxLength: 40 },
  )
  .map((points) => points.map((point) => String.fromCodePoint(point)).join(""));

describe("one canonical form", () => {
  it.each([
    ["How do I reset my password?", "Hi! Could you please tell me how to reset my password? Thanks a lot!"],
    ["How do I reset my password?", "WHAT ARE THE STEPS TO RESET MY PASSWORD"],
    ["How do I reset my password?", "hello there, how can i reset my   password, please"],
    ["What's the capital of Norway?", "what is the capital of norway"],
    ["What are the rules?", "what're the rules"],
    ["I can't log in", "I cannot log in."],
    ["Why doesn't it start?", "why doesn’t it start"],
    ["Can you explain recursion?", "Explain recursion."],
    ["List twenty five landmarks", "list 25 landmarks"],
    ["What happens after two hundred days?", "what happens after 200 days"],
    ["What weighs 1,000 kg?", "what weighs 1000 kg"],
    ["Is 5mg of it safe?", "is 5 mg of it safe"],
    ["Who is the president of the U.S.?", "who is the president of the US"],
    ["What is the “best” way?", 'what is the "best" way'],
    ["Give me ten well-known sights", "give me 10 well known sights, please"],
    ["I would like to know how bees see.", "how bees see"],
    ["Is it really open?", "is it open"],
    ["ｗｈａｔ is the price", "what is the price"],
    ["Wie spät ist es?", "  wie spät   ist es? "],
  ])("is shared by %j and %j", (a, b) => {
    expect(canonicalText(a)).toBe(canonicalText(b));
  });

  it.each([
    ["can I call you", "can you call me"],
    ["put bread on my list", "did I put bread on my list"],
    ["How do I look?", "How can I look?"],
    ["How do you work?", "How do I work?"],
    ["Can I cancel my order?", "Can I not cancel my order?"],
    ["no, refunds", "no refunds"],
    ["What are the benefits of vitamin A?", "What are the benefits of vitamin?"],
    ["Is a few enough?", "Is few enough?"],
    ["How do you say please?", "How do you say thank you?"],
    ["you can cancel?", "you can cancel."],
    ["Can IT help us?", "Can it help us?"],
    ["Is it for us?", "Is it for US?"],
    ["What is 10²?", "What is 102?"],
    ["Is 5½ more?", "Is 51/2 more?"],
    ["How fast is 10 Mb?", "How fast is 10 MB?"],
    ["What does ls -r do?", "What does ls -R do?"],
    ["Translate `Foo` for me", "Translate `foo` for me"],
    ['What does "Hi there" mean?', 'What does "hi there" mean?'],
    ["Is python 3.1 old?", "Is python 3.10 old?"],
    ["What is -5 plus 3?", "What is 5 plus 3?"],
    ["What is the sum of one hundred and two hundred?", "What is the sum of 102 and hundred?"],
    ["What is C++?", "What is C?"],
    ["What is .NET?", "What is net?"],
    ["if x:\n  a\nb", "if x:\n  a\n  b"],
    ["print(A) where A = 1", "print(a) where a = 1"],
    ["Was kostet 1,000 kg?", "Was kostet 1000 kg?"],
    ["reset pass\u200Bword", "reset password"],
    ["reset p\u0430ssword", "reset password"],
    ["Sie kommen?", "Sie kommen."],
    ["Können Sie kochen?", "Können sie kochen?"],
    ["Is 5 mW much?", "Is 5 MW much?"],
    ["What does really mean?", "What does actually mean?"],
    ["translate please", "translate thanks"],
    ["When do I use the vs a?", "When do I use an vs a?"],
    ["What is a man-eating chicken?", "What is a man eating chicken?"],
    ["Where do twenty-one year-olds go?", "Where do twenty one-year-olds go?"],
    ["Tell me when it ships", "Let me know when it ships"],
    ["Is A larger than that?", "Is larger than that?"],
  ])("is not shared by %j and %j", (a, b) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
  });

  it("leaves something of every text that is nothing but politeness", () => {
    for (const text of ["Hi!", "please", "thank you", "Hello there", "the", "really"]) expect(canonicalText(text)).not.toBe("");
  });

  it("is its own canonical form, for whatever words come together", () => {
    fc.assert(
      fc.property(sentences, (text) => {
        const canonical = canonicalText(text);
        return canonicalText(canonical) === canonical;
      }),
      { numRuns: runsOf(500, 20_000) },
    );
  });

  it("is its own canonical form, for whatever characters come together", () => {
    fc.assert(
      fc.property(characters, (text) => {
        const canonical = canonicalText(text);
        return canonicalText(canonical) === canonical;
      }),
      { numRuns: runsOf(100, 5_000) },
    );
  });

  it("leaves what is too long as it was", () => {
    const text = `Please, ${"what is the price? ".repeat(LONGEST_CANONICAL / 19 + 1)}`;
    expect(canonicalText(text)).toBe(text);
  });
});
