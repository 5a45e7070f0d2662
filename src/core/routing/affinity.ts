import type { CompiledAffinity } from "../policy/compiled.ts";
import type { RouteFacts } from "./route-facts.ts";

/** What this request shares with those it belongs to; the consumer stands in where there is nothing else. */
export function affinityKey(by: CompiledAffinity, facts: RouteFacts): string {
  const { caller } = facts;
  const consumer = `${caller.tenant}/${caller.consumer}`;
  switch (by.kind) {
    case "caller":
      return consumer;
    case "key":
      return `${consumer}#${caller.keyId}`;
    case "header":
      return `${consumer} ${facts.headers.get(by.name) ?? ""}`;
    case "prefix":
      // Long, and mixed with every target: only its digest is.
      return `${consumer} ${facts.prefix === "" ? "" : stickyDraw("prefix", facts.prefix)}`;
  }
}

const MOST = 2 ** 32;

/**
 * A number in [0, 1) that depends on the two texts alone: the same in every isolate and after every restart. Two 32-bit
 * mixes (cyrb53) give 53 bits. Not for secrets.
 * @see https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js
 */
export function stickyDraw(salt: string, key: string): number {
  const text = `${salt}\n${key}`;
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return ((low >>> 0) + (high >>> 11) * MOST) / 2 ** 53;
}
