import type { Room } from "../core/idempotency/room.ts";

/** Chunks that have passed, as long as they are few enough and there is room for them. */
export class BoundedCopy {
  readonly #room: Room;
  readonly #mostBytes: number;
  #chunks: Uint8Array[] | null = [];
  #bytes = 0;

  constructor(room: Room, mostBytes: number) {
    this.#room = room;
    this.#mostBytes = mostBytes;
  }

  /** In order; null where there were too many. */
  get chunks(): readonly Uint8Array[] | null {
    return this.#chunks;
  }

  /** `chunk` is kept as it is: its buffer is the copy's from now on. */
  add(chunk: Uint8Array): void {
    if (this.#chunks === null) return;
    if (this.#bytes + chunk.byteLength > this.#mostBytes || !this.#room.tryTake(chunk.byteLength)) return this.release();
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
  }

  /** Holds nothing any more. */
  release(): void {
    this.#room.giveBack(this.#bytes);
    this.#bytes = 0;
    this.#chunks = null;
  }
}
