import { describe } from "vitest";
import { createMemoryIdempotencyStore } from "../../../src/adapters/memory/idempotency-store.ts";
import { idempotencyStoreContract } from "../../ports/idempotency-store.contract.ts";

describe("memory idempotency store", () => {
  idempotencyStoreContract(() => {
    let now = 1_800_000_000_000;
    return {
      store: createMemoryIdempotencyStore(() => now),
      wait: async (ms) => {
        now += ms + 10;
      },
    };
  });
});
