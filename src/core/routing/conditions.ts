import { compileExpression } from "../expression/compile-expression.ts";
import type { ProgramSource } from "../expression/pattern-program.ts";
import type { CompiledMatch, CompiledRequestMatch } from "../policy/compiled.ts";
import type { Condition } from "../policy/linked.ts";
import { expressionFacts } from "./expression-facts.ts";
import type { RouteFacts } from "./route-facts.ts";
import { createTimeWindow } from "./time-window.ts";

/** What must hold, the cheapest to find out first: one condition for each thing stated. */
export function linkConditions(match: CompiledMatch): readonly Condition[] {
  const { callers, cel, headers, models, paths, patterns, request, roles, tags, time } = match;
  return [
    ...(models.length === 0 ? [] : [oneOf("model", models, ({ model }) => [model])]),
    ...(callers.length === 0 ? [] : [oneOf("caller", callers, ({ caller }) => [caller.consumer])]),
    ...(roles.length === 0 ? [] : [oneOf("role", roles, ({ caller }) => caller.roles)]),
    ...Object.entries(tags).map(([name, wanted]) =>
      oneOf(`tag ${name}`, [wanted], ({ caller }) => listed(Object.hasOwn(caller.tags, name) ? caller.tags[name] : undefined)),
    ),
    ...Object.entries(headers).map(([name, wanted]) =>
      oneOf(`header ${name}`, [wanted], (facts) => listed(facts.headers.get(name))),
    ),
    ...(paths.length === 0 ? [] : [oneOf("path", paths, ({ path }) => [path])]),
    ...(time === null ? [] : [createTimeWindow(time)]),
    ...(request === null ? [] : requestConditions(request)),
    ...(cel === null ? [] : [expressionCondition(cel, patterns)]),
  ];
}

function listed(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

/** One of the facts is one of the patterns. */
function oneOf(name: string, patterns: readonly string[], read: (facts: RouteFacts) => readonly string[]): Condition {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith("*")));
  const prefixes = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
  return {
    holds: (facts) => read(facts).some((value) => exact.has(value) || prefixes.some((prefix) => value.startsWith(prefix))),
    describe: (facts) => `${name} is ${read(facts).join(", ") || "not there"}, wanted ${patterns.join(" or ")}`,
  };
}

function requestConditions(request: CompiledRequestMatch): readonly Condition[] {
  const { audio, images, jsonSchema, maxTokens, minTokens, stream, tools } = request;
  return [
    ...flag("stream", stream, (facts) => facts.stream),
    ...(minTokens === null && maxTokens === null ? [] : [tokensBetween(minTokens ?? 0, maxTokens ?? Number.POSITIVE_INFINITY)]),
    ...flag("tools", tools, ({ features }) => features.tools),
    ...flag("images", images, ({ features }) => features.images),
    ...flag("audio", audio, ({ features }) => features.audio),
    ...flag("jsonSchema", jsonSchema, ({ features }) => features.jsonSchema),
  ];
}

function flag(name: string, wanted: boolean | null, read: (facts: RouteFacts) => boolean): readonly Condition[] {
  if (wanted === null) return [];
  return [
    {
      holds: (facts) => read(facts) === wanted,
      describe: (facts) => `request.${name} is ${String(read(facts))}, wanted ${String(wanted)}`,
    },
  ];
}

function tokensBetween(fewest: number, most: number): Condition {
  return {
    holds: ({ tokens }) => tokens >= fewest && tokens <= most,
    describe: ({ tokens }) =>
      `request has about ${tokens} tokens, wanted ${fewest} to ${most === Number.POSITIVE_INFINITY ? "any" : most}`,
  };
}

/** A condition that cannot be evaluated for a request does not hold. @throws Error when it was never one, or a pattern has no program */
function expressionCondition(text: string, patterns: CompiledMatch["patterns"]): Condition {
  const source: ProgramSource = (pattern) =>
    (Object.hasOwn(patterns, pattern) ? patterns[pattern] : undefined) ?? {
      refused: "the policy has no program of this pattern",
    };
  const compiled = compileExpression(text, source);
  if (compiled.kind === "refused") throw new Error(`The condition ${text} cannot be used: ${compiled.message}.`);
  const { expression } = compiled;
  return {
    holds: (facts) => {
      const result = expression.evaluate(expressionFacts(facts));
      return result.kind === "value" && result.value;
    },
    describe: (facts) => {
      const result = expression.evaluate(expressionFacts(facts));
      return result.kind === "value" ? `cel ${text} is ${String(result.value)}` : `cel ${text} failed: ${result.message}`;
    },
  };
}
