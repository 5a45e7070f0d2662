import type { Match } from "../../core/cache/index/nearest.ts";
import { quantise } from "../../core/cache/index/quantise.ts";
import type { ScanKernel } from "../../core/cache/index/scan-kernel.ts";
import { VectorPages } from "../../core/cache/index/vector-pages.ts";

/** Of how many earlier arrivals the order is kept: more are searched for when they are asked for. */
const KEPT = 64;
const SCOPE = 0;

/** For each arrival the earlier ones that are nearest to it: what any cache of them can find. Searched as the router does, in its own index. */
export class Neighbours {
  readonly #vectors: readonly (Int8Array | null)[];
  readonly #pages: VectorPages;
  readonly #lists: readonly (readonly Match[])[];

  /** `vectors`: of one length; one that has no direction has no neighbours. */
  constructor(vectors: readonly ArrayLike<number>[], kernel: ScanKernel) {
    const dimensions = vectors[0]?.length ?? 1;
    this.#vectors = vectors.map((vector) => quantise(vector, dimensions));
    this.#pages = new VectorPages(dimensions, kernel);
    this.#lists = this.#vectors.map((vector, at) => {
      const found = this.#search(vector, { most: KEPT, isLive: () => true });
      if (vector !== null) this.#pages.add(SCOPE, at, vector);
      return found;
    });
  }

  /** The nearest `most` of the earlier ones that `isCached` is true of, nearest first. */
  nearest(at: number, most: number, isCached: (earlier: number) => boolean): readonly Match[] {
    const list = this.#lists[at] ?? [];
    const found = list.filter(({ entry }) => isCached(entry)).slice(0, most);
    if (found.length === most || list.length < KEPT) return found;
    return this.#search(this.#vectors[at] ?? null, { most, isLive: (entry) => entry < at && isCached(entry) });
  }

  #search(
    vector: Int8Array | null,
    options: { readonly most: number; readonly isLive: (entry: number) => boolean },
  ): readonly Match[] {
    return vector === null ? [] : this.#pages.scan(vector, { scope: SCOPE, ...options });
  }
}
