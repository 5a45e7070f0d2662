import { Environment } from "@marcbachmann/cel-js";
import { createCalendarMacro, TIMESTAMP } from "./calendar-macro.ts";
import { CallerView, RequestView } from "./fact-views.ts";
import { CALLER_FIELDS, REQUEST_FIELDS } from "./facts.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { expandPattern } from "./pattern-macro.ts";
import { CALENDAR_METHODS } from "./vocabulary.ts";

/**
 * CEL with the facts as its variables, `re2`, and a calendar whose time zones are found at load: the library's own asks
 * the platform for a formatter in each call, which takes 60 µs. The library finds a macro by its name and number of
 * arguments, whatever it is called on; the `bool` in a signature only keeps it apart from the library's overload.
 */
export function createEnvironment(): Environment {
  const { entries, nesting, terms } = EXPRESSION_LIMITS;
  const limits = { maxAstNodes: terms, maxDepth: nesting, maxListElements: entries, maxMapEntries: entries };
  const environment = new Environment({ limits })
    .registerType("Request", { ctor: RequestView, fields: REQUEST_FIELDS })
    .registerType("Caller", { ctor: CallerView, fields: CALLER_FIELDS })
    .registerVariable("request", "Request")
    .registerVariable("caller", "Caller")
    .registerVariable("now", TIMESTAMP)
    .registerFunction("re2(ast, ast): bool", expandPattern)
    .registerFunction("string.re2(ast): bool", expandPattern);
  for (const [name, read] of CALENDAR_METHODS) environment.registerFunction(`bool.${name}(ast): int`, createCalendarMacro(read));
  return environment;
}
