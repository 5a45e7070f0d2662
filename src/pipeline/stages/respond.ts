import type { Deps, Run } from "../deps.ts";
import { answerHeaders, WARNINGS_HEADER } from "./answer-headers.ts";
import type { JsonAnswer } from "./attempt-json.ts";
import type { CacheSlot, Recalled } from "./recall.ts";
import type { Settlement } from "./settle.ts";
import type { StreamAnswer } from "./stream-intake.ts";
import { finishHeld, pipeNative } from "./stream-native.ts";
import { finishPumped, pumpStream } from "./stream-pump.ts";

/** Stage: a cached answer, as if it had just come, at no cost. */
export function respondCached(recalled: Extract<Recalled, { kind: "hit" }>, settlement: Settlement, run: Run): Response {
  const { body, target, usage, warnings } = recalled.response;
  settlement.book({ outcome: "ok", failure: null, usage, cache: "hit-exact" });
  const headers = answerHeaders(settlement, run, { cache: "hit-exact", losses: [] });
  headers.set("x-fairlead-target", target);
  headers.set("x-fairlead-cost", "0");
  if (warnings !== null) headers.set(WARNINGS_HEADER, warnings);
  return new Response(body, { headers });
}

interface JsonContext {
  readonly settlement: Settlement;
  readonly slot: CacheSlot | null;
  readonly deps: Deps;
}

/** Stage: the JSON answer with what it cost. Stored where the route says so. */
export function respondJson(answer: JsonAnswer, { deps, settlement, slot }: JsonContext, run: Run): Response {
  const cache = slot === null ? "bypass" : "miss";
  const usage = settlement.usageOf(answer.usage, answer.outputCharacters);
  settlement.book({ outcome: "ok", failure: null, usage, cache });
  const headers = answerHeaders(settlement, run, { cache, losses: answer.losses });
  if (slot !== null) {
    const warnings = headers.get(WARNINGS_HEADER);
    const stored = { body: answer.body, target: settlement.target?.label ?? "", usage, warnings };
    run.defer(deps.cache.put(slot.key, stored, run.now() + slot.ttlMs));
  }
  // Whether a target has a price never changes, so a shared header object never shows another answer's cost.
  const cost = settlement.cost(usage);
  if (cost !== null) headers.set("x-fairlead-cost", String(cost));
  return new Response(answer.body, { headers });
}

/** Stage: the upstream's stream; one that has ended within what is held goes out in one piece. */
export function respondStream(answer: StreamAnswer, settlement: Settlement, run: Run): Response {
  const headers = answerHeaders(settlement, run, { cache: "bypass", losses: answer.losses });
  if (answer.rest === null) {
    const whole = answer.form === "native" ? finishHeld(answer, settlement) : finishPumped(answer, settlement);
    return new Response(whole, { headers });
  }
  const { rest } = answer;
  const { body, done } =
    answer.form === "native" ? pipeNative({ answer, rest, settlement }, run) : pumpStream({ answer, rest, settlement }, run);
  // Whatever breaks in the carrying is booked, so that the stream's place is given back.
  run.defer(done.catch((error: unknown) => settlement.refuse(error)));
  return new Response(body, { headers });
}
