import { describe, expect, it } from "vitest";
import { passesSequenceGate } from "../../../../src/core/cache/text/sequence-gate.ts";

describe("the sequence gate", () => {
  it.each([
    ["How do I reset my password?", "how to reset my passwrod"],
    ["Can my cat eat carrots?", "cna my cat eat carrots"],
    ["How do I change the colour of a cell?", "How do I change the color of a cell?"],
    ["Why was my organisation renamed?", "Why was my organization renamed?"],
    ["What is the accommodation tax?", "what is the accomodation tax"],
    ["Is it safe?", "Is it safe"],
  ])("lets %j pass for %j", (a, b) => {
    expect(passesSequenceGate(a, b)).toBe(true);
    expect(passesSequenceGate(b, a)).toBe(true);
  });

  it.each([
    ["is a word of its own", "How do I fill in the form?", "How do I fill in the from?"],
    ["is a word of its own", "Is that a casual link?", "Is that a causal link?"],
    ["is a word of its own", "Where is the dairy section?", "Where is the diary section?"],
    ["is a negation", "Is there a bus on sunday?", "Is there a bus no sunday?"],
    ["is a name", "How do I get to Lima from the airport?", "How do I get to Liam from the airport?"],
    ["is a name", "How do I install Ubuntu quickly?", "How do I install Ubnutu quickly?"],
    ["is an opposite", "How do I include a file?", "How do I exclude a file?"],
    ["is a number", "What happened in the year 1989?", "What happened in the year 1998?"],
    ["is quoted", 'What does "recieve" mean?', 'What does "receive" mean?'],
    ["is an identifier", "What does user_name hold?", "What does user_nmae hold?"],
    ["is a plural", "Delete the selected message", "Delete the selected messages"],
    ["is a plural", "What is a security?", "What are securities?"],
    ["is one of too many", "hwo do I delete it?", "how do I deleet ti?"],
  ])("refuses what differs by a letter and %s", (_, a, b) => {
    expect(passesSequenceGate(a, b)).toBe(false);
    expect(passesSequenceGate(b, a)).toBe(false);
  });

  it("compares function words too", () => {
    expect(passesSequenceGate("can i call you", "can you call me")).toBe(false);
    expect(passesSequenceGate("put bread on my list", "did i put bread on my list")).toBe(false);
    expect(passesSequenceGate("what is in the box", "what is on the box")).toBe(false);
  });

  it("takes nothing for a misspelling in other languages", () => {
    expect(passesSequenceGate("Wie heißt die Hauptstadt von Peru?", "Wie heißt die Huaptstadt von Peru?")).toBe(false);
  });
});
