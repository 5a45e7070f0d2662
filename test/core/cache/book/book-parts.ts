import type { BookParts } from "../../../../src/core/cache/book/answer-book.ts";
import { createSemanticTier } from "../../../../src/core/cache/book/semantic-tier.ts";
import { hashEmbed } from "../../../../src/core/cache/index/hash-embed.ts";
import { createPlainKernel } from "../../../../src/core/cache/index/scan-kernel.ts";

/** What a book is made of where nothing but itself is tried. */
export function bookParts(): Omit<BookParts, "tables"> {
  return {
    semantic: createSemanticTier({
      kernel: createPlainKernel(),
      embed: async (text, { kind }) =>
        kind === "hash" ? { kind: "embedded", vectors: [hashEmbed(text)] } : { kind: "failed", reason: "there is none" },
      draw: () => 0.5,
    }),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
