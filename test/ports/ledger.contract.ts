import { expect } from "vitest";
import { storageKey } from "../../src/core/storage-key.ts";
import type { Usage } from "../../src/core/usage.ts";
import type { CallerLimit } from "../../src/core/caller.ts";
import type { Admission, AdmitRequest, Ledger } from "../../src/ports/ledger.ts";
import { type Fact, itHolds } from "./facts.ts";

export type CreateLedger = () => Ledger;

/** The start of a minute, and of an hour. */
const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

/** What every ledger keeps, whatever it is stored in. */
export function ledgerContract(create: CreateLedger): void {
  itHolds(ledgerFacts, create);
}

export const ledgerFacts: readonly Fact<CreateLedger>[] = [
  {
    title: "grants what fits and names the smallest remainder",
    check: async (create) => {
      const { admit } = open(create);
      const limits = [limit("small", 100), limit("large", 1_000)];
      expect(await admit({ limits, expectedTokens: 30 })).toEqual({ kind: "granted", remainingTokens: 70 });
      expect(await admit({ limits, expectedTokens: 70 })).toEqual({ kind: "granted", remainingTokens: 0 });
    },
  },
  {
    title: "grants without remainder when nothing limits the caller",
    check: async (create) => {
      expect(await open(create).admit({ limits: [] })).toEqual({ kind: "granted", remainingTokens: null });
    },
  },
  {
    title: "denies what does not fit until the window ends, and debits nothing for it",
    check: async (create) => {
      const { admit } = open(create);
      const limits = [limit("minute", 100)];
      await admit({ limits, expectedTokens: 60 });
      const denied = await admit({ limits, expectedTokens: 41, now: NOW + 15_500 });
      expect(denied).toEqual({ kind: "denied", retryAfterSeconds: 45, key: limits[0]?.key });
      expect(await admit({ limits, expectedTokens: 40 })).toEqual({ kind: "granted", remainingTokens: 0 });
    },
  },
  {
    title: "reserves in all limits or in none",
    check: async (create) => {
      const { admit } = open(create);
      const [roomy, tight] = [limit("roomy", 100), limit("tight", 10)];
      expect(await admit({ limits: [roomy, tight], expectedTokens: 11 })).toMatchObject({ kind: "denied", key: tight.key });
      expect(await admit({ limits: [tight, roomy], expectedTokens: 11 })).toMatchObject({ kind: "denied", key: tight.key });
      expect(await admit({ limits: [roomy], expectedTokens: 100 })).toEqual({ kind: "granted", remainingTokens: 0 });
    },
  },
  {
    title: "sends a caller away until the last of its full limits reopens",
    check: async (create) => {
      const { admit } = open(create);
      const [minute, hour] = [limit("minute", 10), limit("hour", 10, 3_600)];
      expect(await admit({ limits: [hour, minute], expectedTokens: 11 })).toEqual({
        kind: "denied",
        retryAfterSeconds: 3_600,
        key: hour.key,
      });
      expect(await admit({ limits: [minute, hour], expectedTokens: 11 })).toEqual({
        kind: "denied",
        retryAfterSeconds: 3_600,
        key: hour.key,
      });
    },
  },
  {
    title: "keeps the limits of different keys apart",
    check: async (create) => {
      const { admit } = open(create);
      await admit({ limits: [limit("one", 100)], expectedTokens: 100 });
      expect(await admit({ limits: [limit("other", 100)], expectedTokens: 100 })).toMatchObject({ kind: "granted" });
    },
  },
  {
    title: "replaces the reservation by what was used, less or more",
    check: async (create) => {
      const { admit, ledger } = open(create);
      const limits = [limit("minute", 100)];
      await admit({ requestId: "frugal", limits, expectedTokens: 80 });
      await ledger.settle("frugal", used(15, 5), NOW + 1_000);
      expect(await remaining(admit, limits)).toBe(80);
      await admit({ requestId: "greedy", limits, expectedTokens: 10 });
      await ledger.settle("greedy", used(30, 40), NOW + 1_000);
      expect(await remaining(admit, limits)).toBe(10);
    },
  },
  {
    title: "counts what was used beyond the limit",
    check: async (create) => {
      const { admit, ledger } = open(create);
      const limits = [limit("minute", 100)];
      await admit({ requestId: "huge", limits, expectedTokens: 10 });
      await ledger.settle("huge", used(100, 100), NOW + 1_000);
      expect(await admit({ limits, expectedTokens: 1 })).toMatchObject({ kind: "denied" });
    },
  },
  {
    title: "settles a request once, whatever comes again",
    check: async (create) => {
      const { admit, ledger } = open(create);
      const limits = [limit("minute", 100)];
      await admit({ requestId: "once", limits, expectedTokens: 10 });
      await ledger.settle("once", used(10, 10), NOW + 1_000);
      await ledger.settle("once", used(10, 10), NOW + 1_000);
      await ledger.settle("once", used(0, 0), NOW + 2_000);
      expect(await remaining(admit, limits)).toBe(80);
    },
  },
  {
    title: "takes no notice of the settlement of a request it never admitted",
    check: async (create) => {
      const { admit, ledger } = open(create);
      const limits = [limit("minute", 100)];
      await admit({ limits, expectedTokens: 10 });
      await ledger.settle("stranger", used(50, 0), NOW);
      expect(await remaining(admit, limits)).toBe(90);
    },
  },
  {
    title: "starts every window anew, and charges a request to the window that admitted it",
    check: async (create) => {
      const { admit, ledger } = open(create);
      const limits = [limit("minute", 100)];
      await admit({ requestId: "late", limits, expectedTokens: 100, now: NOW + 59_999 });
      expect(await remaining(admit, limits, NOW + 60_000)).toBe(100);
      await ledger.settle("late", used(100, 0), NOW + 61_000);
      expect(await remaining(admit, limits, NOW + 61_000)).toBe(100);
    },
  },
  {
    title: "releases in the end what nobody settles",
    check: async (create) => {
      const { admit } = open(create);
      const limits = [limit("month", 100, 2_592_000)];
      await admit({ requestId: "lost", limits, expectedTokens: 100 });
      expect(await admit({ limits, expectedTokens: 1, now: NOW + 1_000 })).toMatchObject({ kind: "denied" });
      expect(await remaining(admit, limits, NOW + HOUR_MS)).toBe(100);
    },
  },
  {
    title: "grants no more than the limit to callers who come at once",
    check: async (create) => {
      const { admit } = open(create);
      const limits = [limit("minute", 100)];
      const admissions = await Promise.all(Array.from({ length: 25 }, () => admit({ limits, expectedTokens: 10 })));
      expect(admissions.filter(({ kind }) => kind === "granted")).toHaveLength(10);
    },
  },
];

type Admit = (request: Partial<AdmitRequest>) => Promise<Admission>;

/** A fresh ledger; each request gets an id of its own unless it brings one. */
function open(create: CreateLedger): { readonly ledger: Ledger; readonly admit: Admit } {
  const ledger = create();
  let requests = 0;
  const admit: Admit = (request) => {
    requests += 1;
    return ledger.admit({ requestId: `request-${requests}`, limits: [], expectedTokens: 0, now: NOW, ...request });
  };
  return { ledger, admit };
}

/** What is left, asked by a request that expects nothing. */
async function remaining(admit: Admit, limits: readonly CallerLimit[], now: number = NOW): Promise<number | null> {
  const admission = await admit({ limits, expectedTokens: 0, now });
  return admission.kind === "granted" ? admission.remainingTokens : -1;
}

function limit(name: string, limitTokens: number, windowSeconds: number = 60): CallerLimit {
  return { key: storageKey("contract", "ledger", name), limitTokens, windowSeconds };
}

function used(inputTokens: number, outputTokens: number): Usage {
  return { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0, estimated: false };
}
