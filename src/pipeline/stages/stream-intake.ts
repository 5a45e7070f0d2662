import type { StreamMeter, StreamReading } from "../../dialects/stream.ts";
import { createTranscoder, type Transcoder } from "../transcoder.ts";
import type { Answered, AttemptInput } from "./attempt.ts";

/** A stream up to its first content: nothing of it has been sent. */
interface StreamCommon extends Answered {
  readonly kind: "stream";
  /** The rest of the body; null when the stream has already ended, complete. */
  readonly rest: ReadableStream<Uint8Array> | null;
  /** Ends the upstream exchange. */
  readonly upstream: AbortController;
  readonly input: AttemptInput;
}

/** In the caller's own dialect: the rest is piped, and looked at beside. */
export interface NativeStream extends StreamCommon {
  readonly form: "native";
  /** What has been read, in order. */
  readonly held: readonly Uint8Array[];
  readonly meter: StreamMeter;
  readonly decoder: TextDecoder;
}

/** Whose events are touched: the rest is pumped. */
export interface PumpedStream extends StreamCommon {
  readonly form: "pumped";
  /** What is to be sent for what has been read. */
  readonly text: string;
  readonly transcoder: Transcoder;
}

export type StreamAnswer = NativeStream | PumpedStream;

interface Rest {
  readonly rest: ReadableStream<Uint8Array> | null;
  readonly upstream: AbortController;
  readonly input: AttemptInput;
}

/** What is held back of a stream until its first content. */
export interface Intake {
  readonly reading: StreamReading;
  /** Whether the end must be written where the terminator stands; a native one passes as it is. */
  readonly isEndedByTerminator: boolean;
  push(bytes: Uint8Array): void;
  /** The transport ended cleanly. */
  end(): void;
  toAnswer(rest: Rest): StreamAnswer;
}

/** Bytes in the caller's own dialect pass as they are; everything else goes through a transcoder. */
export function createIntake(input: AttemptInput): Intake {
  return input.sent.kind === "native" && !input.sent.isRepaired ? new NativeIntake(input) : new PumpedIntake(input);
}

class NativeIntake implements Intake {
  readonly isEndedByTerminator = false;
  readonly #held: Uint8Array[] = [];
  readonly #decoder = new TextDecoder();
  readonly #meter: StreamMeter;

  constructor({ asking, sent }: AttemptInput) {
    const native = sent.backend.native;
    if (native === null) throw new Error("Only a dialect that callers speak is passed on.");
    this.#meter = native.createStreamMeter(asking.decoded.choices);
  }

  get reading(): StreamReading {
    return this.#meter.reading;
  }

  push(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#meter.push(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): void {
    this.#meter.end();
  }

  toAnswer(rest: Rest): StreamAnswer {
    const { losses } = rest.input.sent;
    return { kind: "stream", form: "native", held: this.#held, meter: this.#meter, decoder: this.#decoder, losses, ...rest };
  }
}

class PumpedIntake implements Intake {
  readonly isEndedByTerminator = true;
  readonly #transcoder: Transcoder;
  #text = "";

  constructor(input: AttemptInput) {
    this.#transcoder = createTranscoder(input);
  }

  get reading(): StreamReading {
    return this.#transcoder.reading;
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#transcoder.push(bytes);
  }

  end(): void {
    this.#text += this.#transcoder.end();
  }

  toAnswer(rest: Rest): StreamAnswer {
    const { losses } = rest.input.sent;
    return { kind: "stream", form: "pumped", text: this.#text, transcoder: this.#transcoder, losses, ...rest };
  }
}
