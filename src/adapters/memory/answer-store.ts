import { AnswerBook } from "../../core/cache/book/answer-book.ts";
import type { BookParts } from "../../core/cache/book/answer-book.ts";
import { MemoryAnswerTables } from "../../core/cache/book/memory-answer-tables.ts";
import type { AnswerPlace } from "../../core/cache/question.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { AnswerStore } from "../../ports/answer-store.ts";

/** Books in memory, one for each tenant and region. */
export function createMemoryAnswerStore(parts: Omit<BookParts, "tables">): AnswerStore {
  const books = new Map<string, AnswerBook>();
  const bookOf = ({ region, tenant }: AnswerPlace): AnswerBook => {
    const name = storageKey(tenant, "answers", region);
    const book = books.get(name) ?? new AnswerBook({ ...parts, tables: new MemoryAnswerTables() });
    books.set(name, book);
    return book;
  };
  return {
    lookUp: (question, now) => bookOf(question).lookUp(question, now),
    lead: (question, waitMs, now) => bookOf(question).lead(question, waitMs, now),
    follow: (question, waitMs, now) => bookOf(question).follow(question, waitMs, now),
    keep: (question, kept, now) => bookOf(question).keep(question, kept, now),
    release: (question, ticket) => bookOf(question).release(question, ticket),
    judge: (question, judged, now) => bookOf(question).judge(question, judged, now),
  };
}
