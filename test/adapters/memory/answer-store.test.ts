import { describe } from "vitest";
import { createMemoryAnswerStore } from "../../../src/adapters/memory/answer-store.ts";
import { answerStoreContract } from "../../ports/answer-store.contract.ts";

describe("answers in memory", () => {
  answerStoreContract(() =>
    createMemoryAnswerStore({
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      newId: () => crypto.randomUUID(),
    }),
  );
});
