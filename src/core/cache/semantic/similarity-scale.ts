/** What similarity means here: `floor` is that of neighbours that are near by nothing but the index's being full. */
export interface ScaleState {
  readonly floor: number;
  readonly seen: number;
}

/** Of the mean that follows: older look-ups fade. */
const MEMORY = 1_000;
/** So that an embedder that calls everything alike does not blow differences up without end. */
const LEAST_ROOM = 0.01;

/**
 * Where an embedder's similarities lie in this traffic, learnt from the least similar of the candidates of each look-up. One puts
 * strangers at 0.1 and another at 0.85: a constant would carry over neither between embedders nor between traffics.
 */
export class SimilarityScale {
  #state: ScaleState;

  constructor(state: ScaleState = { floor: 0, seen: 0 }) {
    this.#state = state;
  }

  get state(): ScaleState {
    return this.#state;
  }

  /** Of a look-up's candidates, the similarity of the last. */
  saw(similarity: number): void {
    const seen = Math.min(MEMORY, this.#state.seen + 1);
    this.#state = { seen, floor: this.#state.floor + (similarity - this.#state.floor) / seen };
  }

  /** 0 at the floor, 1 for the same text; below the floor negative, at least -1. */
  of(similarity: number): number {
    const { floor } = this.#state;
    return Math.max(-1, Math.min(1, (similarity - floor) / Math.max(LEAST_ROOM, 1 - floor)));
  }
}
