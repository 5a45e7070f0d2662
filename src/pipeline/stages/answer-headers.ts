import { decisionHeaders } from "../../core/routing/render-decision.ts";
import type { DialectName, Loss } from "../../dialects/dialect.ts";
import { surfaceOf } from "../../dialects/index.ts";
import type { Run } from "../deps.ts";
import type { Settlement } from "./settle.ts";

/** Says what of the request the target could not be told. */
export const WARNINGS_HEADER = "x-fairlead-warnings";

export type CacheState = "hit-exact" | "miss" | "bypass";

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
/** Proxies in between bound what a header may hold. */
const WARNINGS_CHARACTERS = 1_500;
const JSON_HEADERS = { "content-type": "application/json" };

/** Headers of a target's answers, and the route that they name: a target of one virtual model may serve others. */
interface Template {
  readonly route: string;
  readonly headers: Headers;
}

/**
 * Made once for each target and the route it served last: turning a plain object into headers for every response costs more
 * than routing does. A target belongs to one policy, which is fixed with it.
 */
const jsonTemplates = new WeakMap<object, Template>();
const streamTemplates = new WeakMap<object, Template>();

interface AnswerFacts {
  readonly cache: CacheState;
  /** What the target could not be told. */
  readonly losses: readonly Loss[];
}

/**
 * The response headers of an answer. The object is shared where nothing but the values set here differs between two
 * answers, and the response copies it before anything else runs; whatever is peculiar to an answer stands in a copy.
 */
export function answerHeaders(settlement: Settlement, run: Run, { cache, losses }: AnswerFacts): Headers {
  const { asked, trace } = settlement.subject;
  const template = templateOf(settlement);
  const { requestIdHeader } = surfaceOf(asked.surface);
  const isPlain = losses.length === 0 && asked.framing === "sse" && requestIdHeader === null && trace === null;
  const headers = isPlain ? template : new Headers(template);
  headers.set("x-request-id", run.callerRequestId);
  headers.set("x-fairlead-request-id", run.requestId);
  headers.set("x-fairlead-attempts", String(settlement.attempts));
  headers.set("x-fairlead-cache", cache);
  if (isPlain) return headers;
  for (const [name, value] of Object.entries(decisionHeaders(trace))) headers.set(name, value);
  if (requestIdHeader !== null) headers.set(requestIdHeader, run.requestId);
  if (losses.length > 0) headers.set(WARNINGS_HEADER, describeLosses(losses, asked.surface));
  if (asked.framing === "json-array") headers.set("content-type", "application/json");
  return headers;
}

/** `field: what became of it`, one after the other; what is too long for a header is counted. */
function describeLosses(losses: readonly Loss[], surface: DialectName): string {
  const caller = surfaceOf(surface);
  const warnings = losses.map(({ feature, reason }) => `${caller.fieldName(feature)}: ${reason}`.replace(/[^\x20-\x7e]/g, "?"));
  const unique = [...new Set(warnings)];
  const shown = unique.filter((_, index) => unique.slice(0, index + 1).join("; ").length <= WARNINGS_CHARACTERS);
  const rest = unique.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}

function templateOf(settlement: Settlement): Headers {
  const { target } = settlement;
  const { asked, policy, route } = settlement.subject;
  const templates = asked.stream ? streamTemplates : jsonTemplates;
  const made = target === null ? undefined : templates.get(target);
  if (made?.route === route.id) return made.headers;
  const headers = new Headers(asked.stream ? STREAM_HEADERS : JSON_HEADERS);
  headers.set("x-fairlead-route", route.id);
  headers.set("x-fairlead-policy-generation", policy.stamp);
  if (target !== null) {
    headers.set("x-fairlead-target", target.label);
    templates.set(target, { route: route.id, headers });
  }
  return headers;
}
