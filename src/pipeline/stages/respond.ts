import type { Deps, Run } from "../deps.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { JsonAnswer } from "./attempt-json.ts";
import type { StreamAnswer } from "./attempt-stream.ts";
import type { CacheSlot, Recalled } from "./recall.ts";
import type { Settlement } from "./settle.ts";
import { finishHeld, pipeNative } from "./stream-native.ts";

/** Stage: a cached answer, as if it had just come, at no cost. */
export function respondCached(recalled: Extract<Recalled, { kind: "hit" }>, settlement: Settlement, run: Run): Response {
  const { body, target, usage } = recalled.response;
  settlement.book({ outcome: "ok", failure: null, usage, cache: "hit-exact" });
  const headers = answerHeaders(settlement, run, "hit-exact");
  headers.set("x-fairlead-target", target);
  headers.set("x-fairlead-cost", "0");
  return new Response(body, { headers });
}

interface JsonContext {
  readonly settlement: Settlement;
  readonly slot: CacheSlot | null;
  readonly deps: Deps;
}

/** Stage: the upstream's JSON answer, byte for byte, with what it cost. Stored where the route says so. */
export function respondJson(answer: JsonAnswer, { deps, settlement, slot }: JsonContext, run: Run): Response {
  const cache = slot === null ? "bypass" : "miss";
  const usage = answer.usage ?? settlement.estimate(answer.outputCharacters);
  settlement.book({ outcome: "ok", failure: null, usage, cache });
  if (slot !== null) {
    const stored = { body: answer.body, target: settlement.target?.label ?? "", usage };
    run.defer(deps.cache.put(slot.key, stored, run.now() + slot.ttlSeconds * 1_000));
  }
  const headers = answerHeaders(settlement, run, cache);
  // Whether a target has a price never changes, so a shared header object never shows another answer's cost.
  const cost = settlement.cost(usage);
  if (cost !== null) headers.set("x-fairlead-cost", String(cost));
  return new Response(answer.body, { headers });
}

/** Stage: the upstream's stream, natively; one that has ended within what is held goes out in one piece. */
export function respondStream(answer: StreamAnswer, settlement: Settlement, run: Run): Response {
  const headers = answerHeaders(settlement, run, "bypass");
  if (answer.rest === null) return new Response(finishHeld(answer, settlement), { headers });
  const { body, done } = pipeNative({ answer, rest: answer.rest, settlement }, run);
  // Whatever breaks in the carrying is booked, so that the stream's place is given back.
  run.defer(done.catch((error: unknown) => settlement.refuse(error)));
  return new Response(body, { headers });
}
