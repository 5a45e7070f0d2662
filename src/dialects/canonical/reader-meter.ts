import type { Failure } from "../../core/failure.ts";
import type { Usage } from "../../core/usage.ts";
import type { StreamMeter, StreamReader, StreamReading } from "../stream.ts";
import { Arranger } from "./arranger.ts";
import { NOTHING_TO_RESTORE } from "./restore.ts";

/** What a reader says of the wire. */
type WireState = Pick<StreamReader<never>, "terminated" | "errorTold" | "midEvent">;

/** What a reader and the arranger behind it have noticed, live. */
export class ArrangedReading implements StreamReading {
  readonly #arranger: Arranger;
  readonly #reader: WireState;

  constructor(arranger: Arranger, reader: WireState) {
    this.#arranger = arranger;
    this.#reader = reader;
  }

  get content(): boolean {
    return this.#arranger.content;
  }

  get finished(): boolean {
    return this.#arranger.finished;
  }

  get explained(): boolean {
    return this.#arranger.explained;
  }

  get terminated(): boolean {
    return this.#reader.terminated;
  }

  get failure(): Failure | null {
    return this.#arranger.failure;
  }

  get errorTold(): boolean {
    return this.#reader.errorTold;
  }

  get midEvent(): boolean {
    return this.#reader.midEvent;
  }

  get usage(): Usage | null {
    return this.#arranger.usage;
  }

  get outputCharacters(): number {
    return this.#arranger.outputCharacters;
  }

  get contentEvents(): number {
    return this.#arranger.contentEvents;
  }
}

/** A meter for native streams made of the dialect's reader: it looks at what passes and changes nothing. */
export function createReaderMeter(reader: StreamReader<string>): StreamMeter {
  const arranger = new Arranger(NOTHING_TO_RESTORE, () => null);
  const end = { midEvent: null as boolean | null }; // set by `end`, which the compiler cannot see
  const reading = new ArrangedReading(arranger, {
    get terminated(): boolean {
      return reader.terminated;
    },
    get errorTold(): boolean {
      return reader.errorTold;
    },
    get midEvent(): boolean {
      return end.midEvent ?? reader.midEvent;
    },
  });
  return {
    reading,
    push: (text) => void arranger.push(reader.push(text)),
    end: () => {
      end.midEvent = reader.midEvent;
      arranger.push(reader.end());
    },
  };
}
