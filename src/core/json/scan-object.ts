import { unescapeText } from "./escaped-text.ts";
import type { ErrorCode } from "../errors.ts";

/** Where a raw value stands in the text: `text.slice(start, end)`, without surrounding white space. */
interface ValueSpan {
  readonly start: number;
  readonly end: number;
}

interface ScanRefusal {
  readonly kind: "refused";
  readonly code: Extract<ErrorCode, "invalid_json" | "too_deep" | "too_complex" | "duplicate_key" | "forbidden_key">;
  readonly message: string;
  /** The top-level field at fault, or null when there is none or its name is not fit to be repeated. */
  readonly param: string | null;
}

export type ScanResult = { readonly kind: "ok"; readonly members: ReadonlyMap<string, ValueSpan> } | ScanRefusal;

/** What a caller's JSON may weigh. Counts, not bytes: the body cap bounds those. */
export interface ScanLimits {
  /** Objects and arrays inside one another, the outermost counted. */
  readonly depth: number;
  readonly keys: number;
  /** Objects and arrays in all: two bytes of `[]` become about forty of heap. */
  readonly containers: number;
  /** Levels, from the outermost, on which a repeated key is refused: 3 reaches the members of a message. */
  readonly uniqueLevels: number;
}

export const SCAN_LIMITS: ScanLimits = { depth: 64, keys: 20_000, containers: 20_000, uniqueLevels: 3 };

/** The position of one pass. `key` is the last one read, `field` the top-level member being read. */
interface Scan {
  readonly text: string;
  readonly limits: ScanLimits;
  depth: number;
  keys: number;
  containers: number;
  key: string;
  field: string;
  /** Where the value of a `constructor` member begins, or -1. */
  constructorAt: number;
  refusal: ScanRefusal | null;
}

/** Returned instead of a position when the scan is over; `Scan.refusal` may say why, else the text is not JSON. */
const STOPPED = -1;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
const REPEATABLE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * One pass over a caller's JSON before `JSON.parse` sees it: caps, repeated and forbidden keys, and where each top-level
 * value stands, so that `model` can be spliced. Structure is checked; numbers, literals and escapes are left to
 * `JSON.parse`, which must follow. Linear in the text, never throws.
 * @see attacks B06, B07, B08, B10, B23
 */
export function scanObject(text: string, limits: ScanLimits = SCAN_LIMITS): ScanResult {
  const start = skipSpace(text, 0);
  if (text.charCodeAt(start) !== OPEN_BRACE) return invalid("The request body must be a JSON object.");
  const scan: Scan = {
    text,
    limits,
    depth: 1,
    keys: 0,
    containers: 1,
    key: "",
    field: "",
    constructorAt: STOPPED,
    refusal: null,
  };
  const members = new Map<string, ValueSpan>();
  const end = scanMembers(scan, start, members);
  if (end === STOPPED) return scan.refusal ?? invalid("The request body is not valid JSON.");
  if (skipSpace(text, end) !== text.length) return invalid("The request body holds more than one JSON value.");
  return { kind: "ok", members };
}

/** The members of the outermost object, which opens at `at`. Returns the position after it. */
function scanMembers(scan: Scan, at: number, members: Map<string, ValueSpan>): number {
  const { text } = scan;
  let position = skipSpace(text, at + 1);
  if (text.charCodeAt(position) === CLOSE_BRACE) return position + 1;
  for (;;) {
    const start = scanKey(scan, position);
    if (start === STOPPED) return STOPPED;
    const name = scan.key;
    scan.field = name;
    if (members.has(name)) return refuse(scan, "duplicate_key", "The request body names the same field twice.");
    const end = scanValue(scan, start);
    if (end === STOPPED) return STOPPED;
    members.set(name, { start, end });
    position = skipSpace(text, end);
    const code = text.charCodeAt(position);
    if (code === CLOSE_BRACE) return position + 1;
    if (code !== COMMA) return STOPPED;
    position = skipSpace(text, position + 1);
  }
}

/** An object below the top. Returns the position after it. */
function scanNestedObject(scan: Scan, at: number): number {
  const { text } = scan;
  const isConstructor = scan.constructorAt === at;
  const seen = scan.depth <= scan.limits.uniqueLevels ? createKeyList() : null;
  let position = skipSpace(text, at + 1);
  if (text.charCodeAt(position) === CLOSE_BRACE) return position + 1;
  for (;;) {
    const start = scanKey(scan, position);
    if (start === STOPPED) return STOPPED;
    if (seen !== null && !seen.add(scan.key))
      return refuse(scan, "duplicate_key", "An object in the request body repeats a key.");
    if (isConstructor && scan.key === "prototype")
      return refuse(scan, "forbidden_key", "`constructor.prototype` is not allowed.");
    const end = scanValue(scan, start);
    if (end === STOPPED) return STOPPED;
    position = skipSpace(text, end);
    const code = text.charCodeAt(position);
    if (code === CLOSE_BRACE) return position + 1;
    if (code !== COMMA) return STOPPED;
    position = skipSpace(text, position + 1);
  }
}

function scanArray(scan: Scan, at: number): number {
  const { text } = scan;
  let position = skipSpace(text, at + 1);
  if (text.charCodeAt(position) === CLOSE_BRACKET) return position + 1;
  for (;;) {
    const end = scanValue(scan, position);
    if (end === STOPPED) return STOPPED;
    position = skipSpace(text, end);
    const code = text.charCodeAt(position);
    if (code === CLOSE_BRACKET) return position + 1;
    if (code !== COMMA) return STOPPED;
    position = skipSpace(text, position + 1);
  }
}

/** Any value at `at`, which is not white space. Returns the position after it. */
function scanValue(scan: Scan, at: number): number {
  const code = scan.text.charCodeAt(at);
  if (code === QUOTE) return skipString(scan.text, at);
  if (code !== OPEN_BRACE && code !== OPEN_BRACKET) return skipScalar(scan.text, at);
  const { limits } = scan;
  if (++scan.depth > limits.depth) return refuse(scan, "too_deep", `The request body nests deeper than ${limits.depth} levels.`);
  if (++scan.containers > limits.containers)
    return refuse(scan, "too_complex", `The request body has more than ${limits.containers} objects and arrays.`);
  const end = code === OPEN_BRACE ? scanNestedObject(scan, at) : scanArray(scan, at);
  scan.depth--;
  return end;
}

/** A key and its colon at `at`; the decoded key goes to `scan.key`. Returns where the value begins. */
function scanKey(scan: Scan, at: number): number {
  const { text } = scan;
  if (text.charCodeAt(at) !== QUOTE) return STOPPED;
  const end = skipString(text, at);
  if (end === STOPPED) return STOPPED;
  if (++scan.keys > scan.limits.keys)
    return refuse(scan, "too_complex", `The request body has more than ${scan.limits.keys} keys.`);
  const raw = text.slice(at + 1, end - 1);
  const key = raw.includes("\\") ? decodeKey(raw) : raw;
  if (key === null) return STOPPED;
  if (key === "__proto__" || key.includes("\0"))
    return refuse(scan, "forbidden_key", "A key in the request body is not allowed.");
  const colon = skipSpace(text, end);
  if (text.charCodeAt(colon) !== COLON) return STOPPED;
  const start = skipSpace(text, colon + 1);
  if (key === "constructor") scan.constructorAt = start;
  scan.key = key;
  return start;
}

/** The key behind its escapes, so that `"mod\u0065l"` equals `"model"`; null when an escape is not JSON. */
function decodeKey(raw: string): string | null {
  try {
    return unescapeText(raw);
  } catch {
    return null;
  }
}

/** Keys of one object: a short list is searched, which costs less than a `Set` up to about sixteen. */
function createKeyList(): { add(key: string): boolean } {
  const list: string[] = [];
  let large: Set<string> | null = null;
  return {
    add(key) {
      if (large !== null) return large.size !== large.add(key).size;
      if (list.includes(key)) return false;
      if (list.push(key) === 16) large = new Set(list);
      return true;
    },
  };
}

/** The position after the string whose opening quote is at `at`: native search, so that long strings cost little. */
function skipString(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  while (quote !== -1 && text.charCodeAt(quote - 1) === BACKSLASH && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? STOPPED : quote + 1;
}

/** An odd run of backslashes before a quote escapes it. Each run is walked once: the pass stays linear. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

/** A number or literal; at least one character, up to white space or a structural character. */
function skipScalar(text: string, at: number): number {
  const { length } = text;
  let position = at;
  while (position < length && isScalarCode(text.charCodeAt(position))) position++;
  return position === at ? STOPPED : position;
}
function isScalarCode(code: number): boolean {
  return code > COMMA
    ? code !== CLOSE_BRACKET && code !== CLOSE_BRACE && code !== COLON
    : code > SPACE && code !== COMMA && code !== QUOTE;
}
function skipSpace(text: string, at: number): number {
  const { length } = text;
  let position = at;
  while (position < length && isSpace(text.charCodeAt(position))) position++;
  return position;
}
function isSpace(code: number): boolean {
  return code <= SPACE && (code === SPACE || code === 0x0a || code === 0x0d || code === 0x09);
}

function refuse(scan: Scan, code: ScanRefusal["code"], message: string): typeof STOPPED {
  scan.refusal = { kind: "refused", code, message, param: REPEATABLE_NAME.test(scan.field) ? scan.field : null };
  return STOPPED;
}

function invalid(message: string): ScanRefusal {
  return { kind: "refused", code: "invalid_json", message, param: null };
}
