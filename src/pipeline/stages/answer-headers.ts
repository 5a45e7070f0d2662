import { DEGRADED } from "./admit.ts";
import { limitHeaders } from "../../core/ledger/limit-headers.ts";
import { decisionHeaders } from "../../core/routing/render-decision.ts";
import type { DialectName, Loss } from "../../dialects/dialect.ts";
import { surfaceOf } from "../../dialects/index.ts";
import type { Run } from "../deps.ts";
import type { Settlement } from "./settle.ts";

/** Says what of the request the target could not be told. */
export const WARNINGS_HEADER = "x-fairlead-warnings";

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
/** Proxies in between bound what a header may hold. */
const WARNINGS_CHARACTERS = 1_500;
const NO_LIMITS = { isDegraded: false, standings: [] };
const JSON_HEADERS = { "content-type": "application/json" };

/** Headers of a target's answers, the route that they name (a target of one virtual model may serve others), and which others there are. */
interface Template {
  readonly route: string;
  readonly names: string;
  readonly headers: Headers;
}

/**
 * Made once for each target, or for the route where nobody was asked, and what it served last: turning a plain object into headers for
 * every response costs more than routing does. A target belongs to one policy, which is fixed with it.
 */
const jsonTemplates = new WeakMap<object, Template>();
const streamTemplates = new WeakMap<object, Template>();

export type OwnHeader = readonly [name: string, value: string];

interface AnswerFacts {
  /** What the target could not be told. */
  readonly losses: readonly Loss[];
  /** What else is peculiar to this answer. */
  readonly own?: readonly OwnHeader[];
}

/**
 * The response headers of an answer. The object is shared by answers that have the same names, whose values are all set here, and
 * the response copies it before anything else runs.
 */
export function answerHeaders(settlement: Settlement, run: Run, facts: AnswerFacts): Headers {
  const { isDegraded, standings } = settlement.grant ?? NO_LIMITS;
  const limits = standings.length === 0 ? [] : limitHeaders(standings);
  const own = ownHeaders(settlement, run, facts);
  own.push(...limits);
  if (isDegraded) own.push(...Object.entries(DEGRADED));
  const headers = templateOf(settlement, own.length === 0 ? "" : own.map(([name]) => name).join());
  headers.set("x-request-id", run.callerRequestId);
  headers.set("x-fairlead-request-id", run.requestId);
  headers.set("x-fairlead-attempts", String(settlement.attempts));
  headers.set("x-fairlead-cache", settlement.cache);
  for (const [name, value] of own) headers.set(name, value);
  return headers;
}

/** What is peculiar to an answer. */
function ownHeaders(settlement: Settlement, run: Run, { losses, own: others = [] }: AnswerFacts): OwnHeader[] {
  const { asked, trace } = settlement.subject;
  const { requestIdHeader } = surfaceOf(asked.surface);
  const own: OwnHeader[] = [...others];
  if (trace !== null) own.push(...Object.entries(decisionHeaders(trace)));
  if (trace !== null && settlement.why !== null) own.push(["x-fairlead-cache-why", JSON.stringify(settlement.why)]);
  if (requestIdHeader !== null) own.push([requestIdHeader, run.requestId]);
  if (losses.length > 0) own.push([WARNINGS_HEADER, describeLosses(losses, asked.surface)]);
  if (asked.framing === "json-array") own.push(["content-type", "application/json"]);
  return own;
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

function templateOf(settlement: Settlement, names: string): Headers {
  const { target } = settlement;
  const { asked, policy, route } = settlement.subject;
  const templates = asked.stream ? streamTemplates : jsonTemplates;
  const owner = target ?? route;
  const made = templates.get(owner);
  if (made?.route === route.id && made.names === names) return made.headers;
  const headers = new Headers(asked.stream ? STREAM_HEADERS : JSON_HEADERS);
  headers.set("x-fairlead-route", route.id);
  headers.set("x-fairlead-policy-generation", policy.stamp);
  if (target !== null) headers.set("x-fairlead-target", target.label);
  templates.set(owner, { route: route.id, names, headers });
  return headers;
}
