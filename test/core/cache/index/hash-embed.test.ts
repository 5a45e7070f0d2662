import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { HASHED_DIMENSIONS, hashEmbed } from "../../../../src/core/cache/index/hash-embed.ts";

const cosine = (one: string, other: string): number => {
  const [left, right] = [hashEmbed(one), hashEmbed(other)];
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
};

it("gives vectors of length 1, the same to the last bit wherever it runs", () => {
  const vector = hashEmbed("How do I reset my password? Ça coûte 12 €, 你好!");
  expect(vector).toHaveLength(HASHED_DIMENSIONS);
  expect(vector.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
  expect(createHash("sha256").update(new Uint8Array(vector.buffer)).digest("hex")).toBe(
    "31e363c02e39bf41c529d46e5fbda4b44111fca6f7f5c9efe80b89222d0474c5",
  );
});

it.each(["", "   ", "?!…", "😀"])("gives zeros where there is no word: %j", (text) => {
  expect(hashEmbed(text).every((value) => value === 0)).toBe(true);
});

it("sees neither case nor punctuation nor how a character is composed", () => {
  expect(hashEmbed("CAFÉ, open now?")).toEqual(hashEmbed("cafe\u0301 open now"));
});

it("puts texts with the same words and spellings near, and others far", () => {
  const question = "how do I reset my password";
  expect(cosine(question, "how do i reset my pasword")).toBeGreaterThan(0.75);
  expect(cosine(question, "please, how do I reset my password?")).toBeGreaterThan(0.75);
  expect(cosine(question, "what is the capital of France")).toBeLessThan(0.2);
  expect(cosine("flights from Rome to Paris", "flights from Paris to Rome")).toBeLessThan(0.97);
});
