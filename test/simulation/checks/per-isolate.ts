import type { Isolate } from "../isolate.ts";

/** What a check keeps of each isolate, made when it is first asked for. */
export class PerIsolate<Kept> {
  readonly #kept = new Map<Isolate, Kept>();
  readonly #create: () => Kept;

  constructor(create: () => Kept) {
    this.#create = create;
  }

  of(isolate: Isolate): Kept {
    const known = this.#kept.get(isolate);
    if (known !== undefined) return known;
    const kept = this.#create();
    this.#kept.set(isolate, kept);
    return kept;
  }
}
