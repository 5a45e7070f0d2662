import { TEXT_STEPS } from "./limits.ts";

/** What may be called: how it is written, for messages, and the steps one call takes. */
export interface Callable {
  readonly forms: readonly string[];
  readonly steps: number;
}

/** Functions of an expression. CEL has more; what is not here is refused, because its cost or its type is unknown beforehand. */
export const FUNCTIONS: ReadonlyMap<string, Callable> = new Map([
  one("has", "has(caller.tags.NAME)"),
  reading("re2", "re2(string, 'pattern')"),
  reading("size", "size(string)", "size(list)", "size(map)"),
  one("int", "int(double)", "int(string)"),
  one("double", "double(int)", "double(string)"),
  one("string", "string(int)", "string(double)", "string(bool)"),
  one("timestamp", "timestamp('2027-01-01T00:00:00Z')"),
  one("duration", "duration('1h30m')"),
]);

/** Comprehensions: a variable, and an expression that is evaluated once for each entry of a collection. */
export const COMPREHENSIONS: ReadonlyMap<string, Callable> = new Map([
  one("all", "collection.all(x, bool)"),
  one("exists", "collection.exists(x, bool)"),
  one("exists_one", "collection.exists_one(x, bool)"),
  one("filter", "collection.filter(x, bool)"),
  one("map", "collection.map(x, value)", "collection.map(x, bool, value)"),
]);

/** Methods of a timestamp, each with and without an IANA time zone; UTC without. */
export const CALENDAR_METHODS: ReadonlyMap<string, (time: Date) => number> = new Map([
  ["getFullYear", (time) => time.getUTCFullYear()],
  ["getMonth", (time) => time.getUTCMonth()],
  ["getDate", (time) => time.getUTCDate()],
  ["getDayOfMonth", (time) => time.getUTCDate() - 1],
  ["getDayOfWeek", (time) => time.getUTCDay()],
  ["getHours", (time) => time.getUTCHours()],
  ["getMinutes", (time) => time.getUTCMinutes()],
]);

/** Methods of an expression. */
export const METHODS: ReadonlyMap<string, Callable> = new Map([
  one("startsWith", "string.startsWith(string)"),
  one("endsWith", "string.endsWith(string)"),
  reading("contains", "string.contains(string)"),
  reading("re2", "string.re2('pattern')"),
  reading("lowerAscii", "string.lowerAscii()"),
  reading("upperAscii", "string.upperAscii()"),
  reading("trim", "string.trim()"),
  reading("size", "string.size()", "list.size()", "map.size()"),
  ...[...CALENDAR_METHODS.keys()].map((name) => one(name, `timestamp.${name}()`, `timestamp.${name}('Europe/Berlin')`)),
  ...COMPREHENSIONS,
]);

function one(name: string, ...forms: readonly string[]): readonly [string, Callable] {
  return [name, { forms, steps: 1 }];
}

/** What reads all of its text or collection. */
function reading(name: string, ...forms: readonly string[]): readonly [string, Callable] {
  return [name, { forms, steps: TEXT_STEPS }];
}
