import type { StoredAnswer } from "../../core/cache/stored-answer.ts";
import { type ErrorCode, FairleadError } from "../../core/errors.ts";
import { type KeptAnswer, wordsOf, writeRecord } from "../../dialects/canonical/answer-record.ts";
import type { ChatAnswer } from "../../dialects/canonical/chat-event.ts";
import { captureStream } from "../../dialects/capture-answer.ts";
import type { AnswerTurn } from "../answers/answer-turn.ts";
import type { Slot } from "../answers/slot.ts";
import type { BoundedCopy } from "../bounded-copy.ts";
import type { Run } from "../deps.ts";
import { NO_USAGE } from "./attempt-json.ts";
import type { Answer } from "./dispatch.ts";
import type { Settlement } from "./settle.ts";
import type { StreamAnswer } from "./stream-intake.ts";

interface Offering {
  readonly settlement: Settlement;
  readonly turn: AnswerTurn;
  /** What the target could not be told, as the answer's header says it. */
  readonly warnings: string | null;
  /** Of a native stream, as it passes. */
  readonly copy: BoundedCopy | null;
}

type Clock = Pick<Run, "now" | "startedAt">;

/** Says what is kept of an answer once it has ended well: under the target that gave it, with what it cost. */
export function offerAnswer(answer: Answer, { copy, settlement, turn, warnings }: Offering, run: Clock): void {
  turn.offer(() => {
    const { answered } = settlement;
    const times = { durationMs: run.now() - run.startedAt, createdAt: run.startedAt };
    return recordOf(answer, { copy, slot: turn.slot }, answered === null ? null : { ...answered, ...times, warnings });
  });
  if (copy !== null) turn.whenOver(() => copy.release());
}

type Facts = Omit<StoredAnswer, "content" | "text">;

interface Whole {
  /** Of a native stream. */
  readonly copy: BoundedCopy | null;
  readonly slot: Slot;
}

/** A whole answer as it is stored; null where it may not be. */
export function recordOf(answer: Answer, whole: Whole, facts: Facts | null): StoredAnswer | null {
  const kept = facts === null ? null : keptOf(answer, whole);
  return kept === null || facts === null ? null : store(kept, facts);
}

/** What its record holds; null where it may not be kept. */
function keptOf(answer: Answer, { copy, slot }: Whole): KeptAnswer | null {
  const chat = answer.kind === "json" ? answer.chat() : chatOfStream(answer, copy);
  // What is no chat has no end that could be wrong.
  if (chat === null && slot.operation === "chat") return null;
  if (chat !== null && slot.record === "chat") return { kind: "chat", answer: chat };
  return answer.kind === "json" ? { kind: "body", body: answer.body } : null;
}

function chatOfStream(answer: StreamAnswer, copy: BoundedCopy | null): ChatAnswer | null {
  if (answer.form === "pumped") return answer.transcoder.kept();
  const { asking, sent, target } = answer.input;
  const chunks = copy?.chunks ?? null;
  return chunks === null ? null : captureStream(chunks, sent.backend, { seed: asking.seed, family: target.family });
}

/** Refusals that the same request would get again. */
const REPEATED: ReadonlySet<ErrorCode> = new Set([
  "upstream_invalid_request",
  "upstream_unprocessable",
  "context_length_exceeded",
]);

/** Says of a failure whether it would come again, and keeps it where the route says so. */
export function offerRefusal(error: unknown, { settlement, turn }: Pick<Offering, "settlement" | "turn">, run: Clock): void {
  if (!(error instanceof FairleadError) || !REPEATED.has(error.code)) return;
  const { code, message, param } = error;
  const target = settlement.lastAsked;
  if (turn.slot.cache.negativeTtlMs === null || target === null) return turn.refuse(null);
  const facts = { target, usage: NO_USAGE, costMicroUsd: 0, warnings: null, durationMs: 0, createdAt: run.startedAt };
  turn.refuse(() => store({ kind: "refusal", code, message, param }, facts));
}

/** Null where the record is too large. */
function store(kept: KeptAnswer, facts: Facts): StoredAnswer | null {
  const content = writeRecord(kept);
  return content === null ? null : { content, text: kept.kind === "chat" ? wordsOf(kept.answer) : "", ...facts };
}
