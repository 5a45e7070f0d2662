import { scanKernel } from "../../src/adapters/durable-object/scan-kernel.ts";
import { quantise } from "../../src/core/cache/index/quantise.ts";
import { VectorPages } from "../../src/core/cache/index/vector-pages.ts";
import { drawVectors } from "./draw-vectors.ts";

const SCOPE = 1;
const MOST_MATCHES = 5;
/** Queries, which take turns. */
const QUERIES = 16;

let index = new VectorPages(1, scanKernel());
let queries: readonly Int8Array[] = [];

/** The index alone, in a Worker of its own: `/fill?entries=N&dimensions=N` makes one, `/scan?times=N` searches it and answers the last matches. */
export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    const numberOf = (name: string): number => Number(searchParams.get(name));
    if (pathname === "/fill") return Response.json(fill(numberOf("entries"), numberOf("dimensions")));
    if (pathname === "/scan") return Response.json(scan(numberOf("times")));
    return new Response();
  },
};

function fill(entries: number, dimensions: number): { readonly heldBytes: number } {
  const draw = drawVectors(dimensions);
  const next = (): Int8Array => quantise(draw(), dimensions) ?? new Int8Array(dimensions);
  index = new VectorPages(dimensions, scanKernel());
  for (let entry = 0; entry < entries; entry += 1) index.add(SCOPE, entry, next());
  queries = Array.from({ length: QUERIES }, next);
  return { heldBytes: index.heldBytes };
}

function scan(times: number): ReturnType<VectorPages["scan"]> {
  let matches: ReturnType<VectorPages["scan"]> = [];
  for (let turn = 0; turn < times; turn += 1)
    matches = index.scan(queries[turn % QUERIES] ?? new Int8Array(0), { scope: SCOPE, most: MOST_MATCHES, isLive: () => true });
  return matches;
}
