import { describe } from "vitest";
import { createMemoryLedger } from "../../../src/adapters/memory/ledger.ts";
import { NOW } from "../../core/ledger/accounts-of.ts";
import { ledgerContract } from "../../ports/ledger.contract.ts";
import { ledgerBackupContract } from "../../ports/ledger-backup.contract.ts";
import { ledgerRecordsContract } from "../../ports/ledger-records.contract.ts";

describe("memory ledger", () => {
  ledgerContract(
    () => {
      let now = NOW;
      const ledger = createMemoryLedger(() => now);
      return {
        ledger,
        wait: async (ms) => {
          now += ms + 10;
        },
      };
    },
    { slices: true },
  );
  ledgerRecordsContract(() => {
    let now = Date.now();
    const ledger = createMemoryLedger(() => now);
    return {
      ledger,
      records: ledger,
      wait: async (ms) => {
        now += ms + 10;
      },
    };
  });
  ledgerBackupContract(() => {
    let now = Date.now();
    return {
      store: createMemoryLedger(() => now),
      wait: async (ms) => {
        now += ms + 10;
      },
    };
  });
});
