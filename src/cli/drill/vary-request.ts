import { matchesModel } from "../../core/policy/find-model.ts";
import type { CompiledMatch, CompiledRequestMatch } from "../../core/policy/compiled.ts";
import type { RequestFeatures, RouteFacts } from "../../core/routing/route-facts.ts";
import { createTimeWindow } from "../../core/routing/time-window.ts";
import { surfaceOfPath } from "../decision/surface-of-path.ts";
import { MOMENTS, valueOf } from "./witness.ts";

/**
 * The request with what another rule's conditions look at changed: so that they apply, and one by one so that they do not
 * apply. `isServed` tells which moments the request may come at; whether it may come at all is for the caller to ask.
 */
export function variationsOf(
  facts: RouteFacts,
  match: CompiledMatch,
  isServed: (facts: RouteFacts) => boolean,
): readonly RouteFacts[] {
  const { request, time } = match;
  const fit = fitTo(facts, match);
  const changed = request === null ? [fit] : [withRequest(fit, request), ...without(facts, request)];
  if (time === null) return changed;
  const window = createTimeWindow(time);
  const at = (base: RouteFacts, isInside: boolean): readonly RouteFacts[] => {
    const moments = MOMENTS.map((now) => ({ ...base, now }));
    return moments.filter((each) => window.holds(each) === isInside && isServed(each)).slice(0, 1);
  };
  return [...changed.flatMap((each) => at(each, true)), ...at(facts, false)];
}

/** What is stated of caller, address and headers holds. */
function fitTo(facts: RouteFacts, { callers, headers, models, paths, roles, tags }: CompiledMatch): RouteFacts {
  const { caller } = facts;
  const path = oneOf(paths, facts.path);
  const hasRole = roles.length === 0 || roles.some((role) => caller.roles.includes(role));
  return {
    ...facts,
    caller: {
      ...caller,
      consumer: oneOf(callers, caller.consumer),
      roles: hasRole ? caller.roles : [...caller.roles, ...roles.slice(0, 1).map(valueOf)],
      tags: { ...caller.tags, ...allOf(tags, (name) => caller.tags[name]) },
    },
    model: oneOf(models, facts.model),
    path,
    operation: surfaceOfPath(path)?.operation ?? facts.operation,
    headers: new Map([...facts.headers, ...Object.entries(allOf(headers, (name) => facts.headers.get(name)))]),
  };
}

/** The value, where it is one of these or nothing is stated; else the first of them. */
function oneOf(patterns: readonly string[], value: string): string {
  const [first] = patterns;
  return first === undefined || patterns.some((pattern) => matchesModel(pattern, value)) ? value : valueOf(first);
}

function allOf(
  patterns: Readonly<Record<string, string>>,
  valueNamed: (name: string) => string | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(patterns).map(([name, pattern]) => [name, oneOf([pattern], valueNamed(name) ?? "")]));
}

type Flag = keyof CompiledRequestMatch & keyof RequestFeatures;

const FLAGS: readonly Flag[] = ["tools", "images", "audio", "jsonSchema"];

/** What is stated of the content holds; whether the answer is streamed stays as it is. */
function withRequest(facts: RouteFacts, request: CompiledRequestMatch): RouteFacts {
  const { maxTokens, minTokens } = request;
  const stated = FLAGS.flatMap((name) => (request[name] === null ? [] : [[name, request[name]]]));
  const tokens = Math.min(Math.max(facts.tokens, minTokens ?? 0), maxTokens ?? Number.POSITIVE_INFINITY);
  return { ...facts, tokens, features: { ...facts.features, ...Object.fromEntries(stated) } };
}

/** For each thing stated of the content, a request of which it is not true. */
function without({ features, ...facts }: RouteFacts, request: CompiledRequestMatch): readonly RouteFacts[] {
  const { maxTokens, minTokens } = request;
  const sizes = [...(maxTokens === null ? [] : [maxTokens + 1]), ...(minTokens === null ? [] : [minTokens - 1])];
  return [
    ...sizes.map((tokens) => ({ ...facts, features, tokens })),
    ...FLAGS.filter((name) => request[name] !== null).map((name) => {
      return { ...facts, features: { ...features, [name]: request[name] === false } };
    }),
  ];
}
