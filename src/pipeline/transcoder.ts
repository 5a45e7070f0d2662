import { estimateUsage } from "../core/usage.ts";
import type { Failure } from "../core/failure.ts";
import { FairleadError } from "../core/errors.ts";
import { AnswerGatherer } from "../dialects/canonical/answer-gatherer.ts";
import { mayKeep, MOST_RECORD_CHARACTERS } from "../dialects/canonical/answer-record.ts";
import { Arranger } from "../dialects/canonical/arranger.ts";
import { ArrangedReading } from "../dialects/canonical/reader-meter.ts";
import type { ChatAnswer, ChatEvent } from "../dialects/canonical/chat-event.ts";
import { captureStream } from "../dialects/capture-answer.ts";
import type { StreamReader, StreamReading, StreamWriter } from "../dialects/stream.ts";
import { type AttemptInput, withoutSecret } from "./stages/attempt.ts";

const utf8 = new TextEncoder();

/** A stream whose events are touched: upstream bytes in, the caller's text out. Sans-I/O. */
export interface Transcoder {
  readonly reading: StreamReading;
  /** What to send for one upstream read. */
  push(bytes: Uint8Array): string;
  /** The transport ended cleanly, or the terminator came: what is still to be sent, the proper end included where it is complete. */
  end(): string;
  /** One error event, which ends the stream. */
  fail(failure: Failure): string;
  /** The answer, once the stream has ended; null where it may not be kept, or was not gathered. */
  kept(): ChatAnswer | null;
}

export function createTranscoder(input: AttemptInput): Transcoder {
  const { asking, sent, target } = input;
  if (sent.kind === "native") return createMender(input);
  const context = { seed: asking.seed, family: target.family };
  const writer = asking.surface.createWriter(asking.answerContext(target.model));
  const arranger = new Arranger(sent.restore, (characters) => estimateUsage(asking.decoded.text.length, characters));
  const gatherer = input.isKept ? new AnswerGatherer(MOST_RECORD_CHARACTERS) : null;
  const { reader } = sent.backend;
  const scrub = (events: readonly ChatEvent[]): readonly ChatEvent[] => events.map((event) => withoutSecretIn(event, input));
  const rest = { arranger, gatherer, writer, scrub };
  if (reader.wire === "bytes") return connect({ reader: reader.create(context), toChunk: (bytes) => bytes, ...rest });
  const decoder = new TextDecoder();
  const toChunk = (bytes: Uint8Array): string => decoder.decode(bytes, { stream: true });
  return connect({ reader: reader.create(context), toChunk, ...rest });
}

function withoutSecretIn(event: ChatEvent, { credential }: AttemptInput): ChatEvent {
  return event.kind === "error" ? { ...event, failure: withoutSecret(event.failure, credential) } : event;
}

interface Connection<Chunk> {
  readonly reader: StreamReader<Chunk>;
  readonly toChunk: (bytes: Uint8Array) => Chunk;
  readonly arranger: Arranger;
  /** Null where the answer is not kept. */
  readonly gatherer: AnswerGatherer | null;
  readonly writer: StreamWriter;
  /** An upstream may echo the credential in its error. */
  readonly scrub: (events: readonly ChatEvent[]) => readonly ChatEvent[];
}

function connect<Chunk>({ arranger, gatherer, reader, scrub, toChunk, writer }: Connection<Chunk>): Transcoder {
  const write = (events: readonly ChatEvent[]): string => {
    gatherer?.push(events);
    return writer.write(arranger.failure === null ? events : scrub(events));
  };
  return {
    reading: new ArrangedReading(arranger, reader),
    push: (bytes) => write(arranger.push(reader.push(toChunk(bytes)))),
    end: () => write([...arranger.push([...reader.end(), ...missingFinish(reader)]), ...arranger.end()]),
    fail: (failure) => write(arranger.push([{ kind: "error", failure }])),
    kept: () => {
      const answer = gatherer?.answer ?? null;
      return answer !== null && mayKeep(answer) ? answer : null;
    },
  };
}

/** A backend that ended its stream in due form without a reason has stopped; a reason that came counts before this one. */
function missingFinish({ terminated }: Pick<StreamReader<never>, "terminated">): readonly ChatEvent[] {
  return terminated ? [{ kind: "finish", finish: { reason: "stop", raw: null, stopSequence: null } }] : [];
}

/** The caller's own dialect from a backend that is not well-formed. */
function createMender({ asking, credential, isKept, sent, target }: AttemptInput): Transcoder {
  const repair = sent.backend.native?.repair ?? null;
  if (repair === null) throw new Error("Only a dialect with a repair pass is mended.");
  const stream = repair.createStream(asking.decoded.choices, asking.seed);
  const decoder = new TextDecoder();
  const { secret } = credential;
  // Only an error's words can hold what was sent; sound events are not searched.
  const scrub = (text: string): string =>
    stream.reading.failure === null || secret === "" ? text : text.replaceAll(secret, "[REDACTED]");
  const written: string[] = [];
  let characters = 0;
  const write = (text: string): string => {
    characters += text.length;
    if (isKept && characters <= MOST_RECORD_CHARACTERS) written.push(text);
    return scrub(text);
  };
  return {
    reading: stream.reading,
    push: (bytes) => write(stream.mend(decoder.decode(bytes, { stream: true }))),
    end: () => write(stream.mendEnd()),
    fail: (failure) => {
      const error = new FairleadError("stream_interrupted", failure.message);
      return asking.surface.encodeErrorEvent(error, asking.seed);
    },
    kept: () => {
      if (!isKept || characters > MOST_RECORD_CHARACTERS) return null;
      return captureStream([utf8.encode(written.join(""))], sent.backend, { seed: asking.seed, family: target.family });
    },
  };
}
