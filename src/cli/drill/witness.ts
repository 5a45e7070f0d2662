import { OPEN_ACCESS } from "../../core/access/access.ts";
import type { CompiledMatch, CompiledRequestMatch, CompiledRoute } from "../../core/policy/compiled.ts";
import type { RequestFeatures, RouteFacts } from "../../core/routing/route-facts.ts";
import { createTimeWindow } from "../../core/routing/time-window.ts";
import { surfaceOfPath } from "../decision/surface-of-path.ts";
import type { DrilledPlace } from "./drilled-route.ts";

/** 2027-01-04T00:00:00Z, a Monday. */
const A_MONDAY = 1_799_020_800_000;
const STEP_MS = 15 * 60_000;
/** A week in quarters of an hour, epoch milliseconds. */
export const MOMENTS: readonly number[] = Array.from({ length: (7 * 24 * 60) / 15 }, (_, step) => A_MONDAY + step * STEP_MS);
/** The consumer that stands for all whom no condition names. */
export const NOBODY = "drill";
const FEW_TOKENS = 20;

/** A rule without conditions is one whose conditions say nothing. */
const NO_CONDITIONS: CompiledMatch = {
  models: [],
  callers: [],
  roles: [],
  tags: {},
  headers: {},
  paths: [],
  request: null,
  time: null,
  cel: null,
  patterns: {},
};

/** What the conditions leave open, or state more than one of. */
export interface Circumstances {
  readonly path: string;
  readonly place: DrilledPlace | null;
  readonly stream: boolean;
}

/** A request to which these conditions apply; one in CEL is taken to hold, since nothing can be found that makes it. */
export function witnessOf(rule: CompiledRoute, match: CompiledMatch | null, { path, place, stream }: Circumstances): RouteFacts {
  const { callers, headers, models, request, roles, tags, time } = match ?? NO_CONDITIONS;
  const [consumer = NOBODY] = callers;
  const [model = ""] = [...models, ...rule.models];
  const caller = {
    tenant: rule.tenant,
    consumer,
    keyId: "",
    roles,
    tags: valuesOf(tags),
    limits: [],
    isStrict: false,
    access: OPEN_ACCESS,
  };
  const facts = {
    caller,
    model: valueOf(model),
    operation: surfaceOfPath(path)?.operation ?? "chat",
    path,
    headers: new Map(Object.entries(valuesOf(headers))),
    stream,
    tokens: tokensOf(request),
    features: featuresOf(request),
    prefix: "",
    place: place ?? { region: null, zone: null },
    now: A_MONDAY,
  };
  if (time === null) return facts;
  const window = createTimeWindow(time);
  return { ...facts, now: MOMENTS.find((now) => window.holds({ ...facts, now })) ?? A_MONDAY };
}

function featuresOf(request: CompiledRequestMatch | null): RequestFeatures {
  const { audio, images, jsonSchema, tools } = request ?? {};
  return {
    messages: 1,
    maxTokens: 0,
    reasoning: false,
    audio: audio === true,
    images: images === true,
    jsonSchema: jsonSchema === true,
    tools: tools === true,
  };
}

/** A value that is like the pattern. */
export function valueOf(pattern: string): string {
  return pattern.endsWith("*") ? `${pattern.slice(0, -1)}x` : pattern;
}

function valuesOf(patterns: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(patterns).map(([name, pattern]) => [name, valueOf(pattern)]));
}

function tokensOf(request: CompiledRequestMatch | null): number {
  const { maxTokens = null, minTokens = null } = request ?? {};
  return minTokens ?? Math.min(maxTokens ?? FEW_TOKENS, FEW_TOKENS);
}
