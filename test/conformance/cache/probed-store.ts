import { type CacheKeys, cacheKeys } from "../../../src/core/cache/cache-keys.ts";
import type { Question } from "../../../src/core/cache/question.ts";
import { TenantSecrets } from "../../../src/core/cache/tenant-secrets.ts";
import { createSeededDraw } from "../../../src/cli/decision/seeded-draw.ts";
import type { AnswerStore } from "../../../src/ports/answer-store.ts";
import { cacheProbes, type NamedAsk } from "../../core/cache/cache-probes.ts";
import { answerOf, CONTENTS_KEY, NOW, SEMANTIC } from "../../core/cache/questions.ts";

export interface ProbedStoreFigures {
  readonly probes: number;
  /** Probes that were given an answer, by what they differed in. */
  readonly hits: readonly string[];
  /** Stored requests that got their own answer. */
  readonly own: number;
}

const AT_ONCE = 16;
const TTL = { ttlMs: 3_600_000, staleMs: 3_600_000 };
const secrets = new TenantSecrets(new Uint8Array(32).fill(7));

/** Asks for stored answers as somebody else, from somewhere else or about something else, by every tier. */
export async function runProbedStore(
  store: AnswerStore,
  { probes, seed }: { probes: number; seed: string },
): Promise<ProbedStoreFigures> {
  const drawn = cacheProbes(createSeededDraw(seed));
  const hits: string[] = [];
  let own = 0;
  let left = probes;
  const work = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1;
      const { value } = drawn.next();
      if (value === undefined) throw new Error("There is always one more.");
      const [stored, probe] = await Promise.all([questionOf(value.stored), questionOf(value.probe)]);
      await store.keep(stored, { ticket: null, answer: answerOf(value.stored.asked.text ?? ""), ...TTL }, NOW);
      if ((await store.lookUp(probe, NOW)).kind === "hit") hits.push(value.differs);
      const found = await store.lookUp(stored, NOW);
      if (found.kind === "hit" && found.answer.text === value.stored.asked.text) own += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { probes, hits, own };
}

async function questionOf({ asked, partition }: NamedAsk): Promise<Question> {
  const keys: CacheKeys = await cacheKeys(asked, partition, await secrets.names(partition.tenant));
  return {
    tenant: partition.tenant,
    region: "EU",
    shards: 4,
    // One for all: it is not the encryption alone that keeps tenants apart.
    contentsKey: CONTENTS_KEY,
    keys,
    text: asked.text,
    embedder: { kind: "hash" },
    semantic: SEMANTIC,
    tags: [],
    staleMs: 3_600_000,
  };
}
