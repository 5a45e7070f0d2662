import { describe } from "vitest";
import { createMemoryAnswerStore } from "../../../src/adapters/memory/answer-store.ts";
import { bookParts } from "../../core/cache/book/book-parts.ts";
import { answerStoreContract } from "../../ports/answer-store.contract.ts";

describe("answers in memory", () => {
  answerStoreContract(() => createMemoryAnswerStore(bookParts()));
});
