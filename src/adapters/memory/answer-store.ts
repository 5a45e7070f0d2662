import { Flights } from "../../core/cache/book/flights.ts";
import type { Found, NotFound, Question } from "../../core/cache/question.ts";
import type { StoredAnswer } from "../../core/cache/stored-answer.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { AnswerStore } from "../../ports/answer-store.ts";

interface Kept {
  readonly answer: StoredAnswer;
  readonly staleAt: number;
  readonly goneAt: number;
}

export interface MemoryAnswerStoreOptions {
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
}

/** Answers in memory by their exact names, for the principal that brought them in. */
export function createMemoryAnswerStore({ newId, sleep }: MemoryAnswerStoreOptions): AnswerStore {
  const answers = new Map<string, Kept>();
  const flights = new Flights(sleep);
  const recall = (question: Question, now: number): Found | null => {
    const kept = answers.get(nameOf(question));
    if (kept === undefined || now >= Math.min(kept.goneAt, kept.staleAt + question.staleMs)) return null;
    const isStale = now >= kept.staleAt;
    const why = { tier: "exact", veto: null, similarity: null, probability: null, note: "Asked before." } as const;
    return { kind: "hit", tier: "exact", id: newId(), answer: kept.answer, isStale, isToRefresh: isStale, isChecked: false, why };
  };
  const lookUp = (question: Question, now: number): Found | NotFound => recall(question, now) ?? miss(newId());
  return {
    lookUp: async (question, now) => lookUp(question, now),
    async lead(question, waitMs, now) {
      const found = lookUp(question, now);
      if (found.kind === "hit") return found;
      return flights.lead(nameOf(question), found.ticket, waitMs) ? found : { kind: "led" };
    },
    async follow(question, waitMs, now) {
      const found = lookUp(question, now);
      if (found.kind === "hit") return found;
      const news = await flights.follow(nameOf(question), found.ticket, waitMs);
      return news === "kept" ? lookUp(question, now) : found;
    },
    async keep(question, { answer, staleMs, ttlMs }) {
      const staleAt = answer.createdAt + ttlMs;
      answers.set(nameOf(question), { answer, staleAt, goneAt: staleAt + staleMs });
      flights.kept(nameOf(question));
    },
    release: async (question, ticket) => flights.release(nameOf(question), ticket),
    judge: async () => undefined,
  };
}

function nameOf({ contentsKey, keys: { exact, principal }, region, tenant }: Question): string {
  return storageKey(tenant, "answers", region, contentsKey, exact, principal);
}

function miss(ticket: string): NotFound {
  return {
    kind: "miss",
    ticket,
    why: { tier: null, veto: null, similarity: null, probability: null, note: "Nothing is kept under its name." },
  };
}
