import type { Run } from "../deps.ts";
import type { Settlement } from "./settle.ts";

export type CacheState = "hit-exact" | "miss" | "bypass";

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
const JSON_HEADERS = { "content-type": "application/json" };

/**
 * Headers of each target's answers, made once: turning a plain object into headers for every response costs more than
 * routing does. A target belongs to one route of one policy, so route and policy are fixed with it.
 */
const jsonTemplates = new WeakMap<object, Headers>();
const streamTemplates = new WeakMap<object, Headers>();

/**
 * The response headers of an answer. The object is shared: what differs between two answers is set here, and the response
 * copies it before anything else runs.
 */
export function answerHeaders(settlement: Settlement, run: Run, cache: CacheState): Headers {
  const headers = templateOf(settlement);
  headers.set("x-request-id", run.callerRequestId);
  headers.set("x-fairlead-request-id", run.requestId);
  headers.set("x-fairlead-attempts", String(settlement.attempts));
  headers.set("x-fairlead-cache", cache);
  return headers;
}

function templateOf(settlement: Settlement): Headers {
  const { target } = settlement;
  const { asked, policy, route } = settlement.subject;
  const templates = asked.stream ? streamTemplates : jsonTemplates;
  const made = target === null ? undefined : templates.get(target);
  if (made !== undefined) return made;
  const headers = new Headers(asked.stream ? STREAM_HEADERS : JSON_HEADERS);
  headers.set("x-fairlead-route", route.id);
  headers.set("x-fairlead-policy-generation", policy.stamp);
  if (target !== null) {
    headers.set("x-fairlead-target", target.label);
    templates.set(target, headers);
  }
  return headers;
}
