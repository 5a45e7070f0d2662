import { Arranger } from "./canonical/arranger.ts";
import { AnswerGatherer } from "./canonical/answer-gatherer.ts";
import { MOST_RECORD_CHARACTERS, mayKeep } from "./canonical/answer-record.ts";
import type { ChatAnswer } from "./canonical/chat-event.ts";
import { NOTHING_TO_RESTORE } from "./canonical/restore.ts";
import type { Backend } from "./dialect.ts";
import type { ReaderContext, StreamReader } from "./stream.ts";

/** A finished JSON answer of one choice, as its backend gave it; null where it may not be kept. */
export function captureJson(text: string, backend: Backend, context: ReaderContext): ChatAnswer | null {
  const read = backend.readChat(text, context);
  return read.kind === "read" && mayKeep(read.answer) ? read.answer : null;
}

/**
 * A finished stream of one choice, its bytes in any split as its backend sent them; null where it may not be kept: it failed, was
 * cut, or never said how it ended.
 */
export function captureStream(chunks: readonly Uint8Array[], backend: Backend, context: ReaderContext): ChatAnswer | null {
  const { reader } = backend;
  if (reader.wire === "bytes") return gather(chunks, reader.create(context));
  const decoder = new TextDecoder();
  return gather(
    chunks.map((chunk) => decoder.decode(chunk, { stream: true })),
    reader.create(context),
  );
}

function gather<Chunk>(chunks: readonly Chunk[], reader: StreamReader<Chunk>): ChatAnswer | null {
  const arranger = new Arranger(NOTHING_TO_RESTORE, () => null);
  const gatherer = new AnswerGatherer(MOST_RECORD_CHARACTERS);
  for (const chunk of chunks) gatherer.push(arranger.push(reader.push(chunk)));
  gatherer.push(arranger.push(reader.end()));
  gatherer.push(arranger.end());
  const { answer } = gatherer;
  return answer !== null && mayKeep(answer) ? answer : null;
}
