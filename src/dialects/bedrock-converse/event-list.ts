import type { ChatEvent } from "../canonical/chat-event.ts";

/** The events of one read. Deltas of the same block that follow one another become one event with several pieces. */
export class EventList {
  readonly events: ChatEvent[] = [];
  #block = -1;
  #pieces: string[] = [];

  push(event: ChatEvent): void {
    this.#block = -1;
    this.events.push(event);
  }

  /** `piece` as it stands between the quotes of a JSON string. */
  delta(index: number, piece: string): void {
    if (this.#block === index) {
      this.#pieces.push(piece);
      return;
    }
    this.#block = index;
    this.#pieces = [piece];
    this.events.push({ kind: "delta", index, pieces: this.#pieces });
  }
}
