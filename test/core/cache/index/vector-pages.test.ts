import { type Arbitrary, array, assert, constant, nat, oneof, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { cosine } from "../../../../src/core/cache/index/quantise.ts";
import { createPlainKernel } from "../../../../src/core/cache/index/scan-kernel.ts";
import { PAGE_BYTES } from "../../../../src/core/cache/index/vector-page.ts";
import { type PageChange, VectorPages } from "../../../../src/core/cache/index/vector-pages.ts";

const kernel = createPlainKernel();
const all = { most: 5, isLive: () => true };

/** Rows of a page store: what the index said, and nothing else. */
class PageRows {
  readonly rows = new Map<string, Uint8Array>();

  apply(changes: readonly PageChange[]): void {
    for (const { bytes, number, scope } of changes) {
      if (bytes === null) this.rows.delete(`${scope}/${number}`);
      else this.rows.set(`${scope}/${number}`, bytes);
    }
  }

  open(dimensions: number): VectorPages {
    const pages = new VectorPages(dimensions, kernel);
    for (const [key, bytes] of this.rows) {
      const [scope = 0, number = 0] = key.split("/").map(Number);
      expect(pages.load({ scope, number, bytes })).toBe(true);
    }
    return pages;
  }
}

/** A vector that is nobody else's. */
function vectorOf(seed: number, dimensions: number): Int8Array {
  return Int8Array.from({ length: dimensions }, (_, at) => (Math.imul(seed * 7_919 + at + 1, 2_654_435_761) >>> 24) - 128 || 1);
}

function lookAtAll(truth: ReadonlyMap<string, Int8Array>, scope: number, query: Int8Array): ReturnType<VectorPages["scan"]> {
  return [...truth]
    .filter(([key]) => key.startsWith(`${scope}/`))
    .map(([key, vector]) => ({ entry: Number(key.split("/")[1]), similarity: cosine(query, vector) }))
    .toSorted((one, other) => other.similarity - one.similarity || one.entry - other.entry)
    .slice(0, all.most);
}

describe("the index", () => {
  /** Padded, and 43 vectors fill a page. */
  const DIMENSIONS = 1_500;
  const LEAST_FILLED = 0.375 * 43;
  const vectors = Array.from({ length: 40 }, (_, seed) => vectorOf(seed, DIMENSIONS));
  const vectorAt = (seed: number): Int8Array => vectors[seed % vectors.length] ?? new Int8Array();

  const range = { scope: nat(2), from: nat(150), count: nat(60) };
  const steps = array(
    oneof(
      { weight: 3, arbitrary: record({ kind: constant("add" as const), ...range, seed: nat(100) }) },
      { weight: 3, arbitrary: record({ kind: constant("remove" as const), ...range }) },
      { weight: 1, arbitrary: record({ kind: constant("forget" as const), scope: nat(2) }) },
    ),
    { maxLength: 12 },
  );
  type Step = typeof steps extends Arbitrary<(infer One)[]> ? One : never;

  it("finds what a look at every vector finds, in one scope alone, and so does what is opened from its pages", () => {
    assert(
      property(steps, nat(100), (taken, seed) => {
        const [pages, store, truth] = [new VectorPages(DIMENSIONS, kernel), new PageRows(), new Map<string, Int8Array>()];
        for (const step of taken) for (const changes of take(step, pages, truth)) store.apply(changes);
        const query = vectorAt(seed);
        for (const index of [pages, store.open(DIMENSIONS)]) {
          expect(index.count).toBe(truth.size);
          for (const scope of [0, 1, 2]) expect(index.scan(query, { ...all, scope })).toEqual(lookAtAll(truth, scope, query));
        }
        // Of the pages of a scope, one at most is less than so full.
        expect((store.rows.size - 3) * LEAST_FILLED).toBeLessThanOrEqual(truth.size);
        for (const scope of [0, 1, 2]) store.apply(pages.forget(scope));
        expect([store.rows.size, pages.count, pages.heldBytes]).toEqual([0, 0, 0]);
      }),
      { numRuns: 60 },
    );
  });

  function* take(step: Step, pages: VectorPages, truth: Map<string, Int8Array>): Generator<readonly PageChange[]> {
    const { kind, scope } = step;
    if (kind === "forget") {
      for (const key of truth.keys()) if (key.startsWith(`${scope}/`)) truth.delete(key);
      yield pages.forget(scope);
      return;
    }
    for (let entry = step.from; entry < step.from + step.count; entry += 1) {
      const vector = vectorAt(kind === "add" ? entry * 7 + step.seed : 0);
      if (kind === "add") truth.set(`${scope}/${entry}`, vector);
      else truth.delete(`${scope}/${entry}`);
      yield kind === "add" ? [pages.add(scope, entry, vector)] : pages.remove(scope, entry);
    }
  }
});

describe("pages", () => {
  const DIMENSIONS = 384;

  it("are of 64 KB at most, and an addition writes one", () => {
    const [pages, store] = [new VectorPages(DIMENSIONS, kernel), new PageRows()];
    for (let entry = 0; entry < 400; entry += 1) store.apply([pages.add(7, entry, vectorOf(entry, DIMENSIONS))]);
    const sizes = [...store.rows.values()].map(({ byteLength }) => byteLength);
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(PAGE_BYTES);
    expect(Math.max(...sizes)).toBeGreaterThan(PAGE_BYTES - DIMENSIONS - 16);
  });

  it("become one where little is left of two, and go where nothing is", () => {
    const [pages, store] = [new VectorPages(DIMENSIONS, kernel), new PageRows()];
    for (let entry = 0; entry < 330; entry += 1) store.apply([pages.add(7, entry, vectorOf(entry, DIMENSIONS))]);
    expect(store.rows.size).toBe(2);
    for (let entry = 0; entry < 330; entry += 3) {
      store.apply(pages.remove(7, entry));
      store.apply(pages.remove(7, entry + 1));
    }
    expect([store.rows.size, pages.count]).toEqual([1, 110]);
    expect(pages.scan(vectorOf(311, DIMENSIONS), { ...all, scope: 7 })[0]?.entry).toBe(311);
    for (let entry = 2; entry < 330; entry += 3) store.apply(pages.remove(7, entry));
    expect([store.rows.size, pages.count, pages.heldBytes]).toEqual([0, 0, 0]);
  });

  it("hold memory for what is in them: a scope of one vector is no 64 KB", () => {
    const pages = new VectorPages(DIMENSIONS, kernel);
    for (let scope = 0; scope < 1_000; scope += 1) pages.add(scope, scope, vectorOf(scope, DIMENSIONS));
    expect(pages.heldBytes).toBeLessThan(1_000 * 1_024);
    expect(pages.heldBytes).toBeGreaterThan(1_000 * DIMENSIONS);
  });

  it("are refused where another index wrote them, or a fault of the disk", () => {
    const written = new VectorPages(DIMENSIONS, kernel).add(1, 1, vectorOf(1, DIMENSIONS)).bytes ?? new Uint8Array();
    const load = (bytes: Uint8Array, dimensions = DIMENSIONS): boolean =>
      new VectorPages(dimensions, kernel).load({ scope: 1, number: 0, bytes });
    expect(load(written)).toBe(true);
    expect(load(written, DIMENSIONS - 1)).toBe(false);
    expect(load(written, DIMENSIONS * 2)).toBe(false);
    expect(load(written.subarray(0, -1))).toBe(false);
    expect(load(new Uint8Array())).toBe(false);
    expect(load(written.map((byte, at) => (at === 0 ? 9 : byte)))).toBe(false);
    // The inverse length: NaN.
    expect(load(written.map((byte, at) => (at >= 12 && at < 16 ? 255 : byte)))).toBe(false);
  });

  it.each([0, 1.5, 1_537])("of %d dimensions do not exist", (dimensions) => {
    expect(() => new VectorPages(dimensions, kernel)).toThrow(RangeError);
  });
});

describe("a search", () => {
  const DIMENSIONS = 16;

  it("passes over what is not live, and asks only of what would be found", () => {
    const pages = new VectorPages(DIMENSIONS, kernel);
    for (let entry = 0; entry < 500; entry += 1) pages.add(1, entry, vectorOf(entry, DIMENSIONS));
    const asked: number[] = [];
    const isLive = (entry: number): boolean => {
      asked.push(entry);
      return entry !== 42;
    };
    const query = vectorOf(42, DIMENSIONS);
    const matches = pages.scan(query, { scope: 1, most: 2, isLive });
    expect(matches).toHaveLength(2);
    expect(matches.map(({ entry }) => entry)).not.toContain(42);
    expect(asked.length).toBeLessThan(60);
  });

  it("finds nothing in a scope that is not there, nor when nothing is wanted", () => {
    const pages = new VectorPages(DIMENSIONS, kernel);
    pages.add(1, 1, vectorOf(1, DIMENSIONS));
    expect(pages.scan(vectorOf(1, DIMENSIONS), { ...all, scope: 2 })).toEqual([]);
    expect(pages.scan(vectorOf(1, DIMENSIONS), { ...all, scope: 1, most: 0 })).toEqual([]);
  });
});
