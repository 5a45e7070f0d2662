import { FairleadError } from "../../core/errors.ts";
import { answerEvents } from "../../dialects/canonical/answer-events.ts";
import type { ChatAnswer } from "../../dialects/canonical/chat-event.ts";
import { readKept } from "../answers/read-kept.ts";
import type { Asking } from "../asking.ts";
import type { Run } from "../deps.ts";
import { answerHeaders, type OwnHeader, WARNINGS_HEADER } from "./answer-headers.ts";
import type { Hit } from "./recall.ts";
import type { Settlement } from "./settle.ts";

interface Recalling {
  readonly asking: Asking;
  readonly settlement: Settlement;
}

/**
 * A stored answer as the caller's surface writes it, as JSON or as a stream in one piece, at what its route charges for it.
 * @throws FairleadError where what is repeated is a refusal
 */
export function respondCached(hit: Hit, { asking, settlement }: Recalling, run: Run): Response {
  const { stored } = hit;
  const kept = readKept(stored);
  if (kept === null) throw new Error("What cannot be read is not found.");
  const about = aboutHit(hit, run);
  if (kept.kind === "refusal") {
    const headers = { "x-fairlead-cache": settlement.cache, "x-fairlead-attempts": "0", ...Object.fromEntries(about) };
    throw new FairleadError(kept.code, kept.message, { ...(kept.param === null ? {} : { param: kept.param }), headers });
  }
  const body = kept.kind === "body" ? kept.body : write(kept.answer, stored.target, asking);
  settlement.book({ outcome: "ok", failure: null, usage: stored.usage });
  const cost = settlement.cost(stored.usage);
  const own: OwnHeader[] = [["x-fairlead-target", stored.target], ...about];
  if (cost !== null) own.push(["x-fairlead-cost", String(cost)]);
  if (stored.warnings !== null) own.push([WARNINGS_HEADER, stored.warnings]);
  return new Response(body, { headers: answerHeaders(settlement, run, { losses: [], own }) });
}

/** With ids of its own; the model that it names is the one that answered. */
function write(answer: ChatAnswer, target: string, asking: Asking): string {
  const context = asking.answerContext(target.slice(target.indexOf("/") + 1));
  const { decoded, surface } = asking;
  return decoded.stream ? surface.createWriter(context).write(answerEvents(answer)) : surface.writeAnswer(answer, context);
}

function aboutHit({ id, isStale, stored }: Hit, run: Run): OwnHeader[] {
  const ageSeconds = Math.max(0, Math.floor((run.now() - stored.createdAt) / 1_000));
  const about: OwnHeader[] = [["age", String(ageSeconds)]];
  if (id !== null) about.push(["x-fairlead-cache-id", id]);
  if (isStale) about.push(["x-fairlead-cache-stale", "true"]);
  return about;
}
