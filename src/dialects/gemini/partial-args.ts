import { isRecord } from "../../core/json/is-record.ts";
import { numberOf } from "../canonical/check-fields.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import { textOf } from "./member.ts";

/** A name, a quoted name or an index: `.city`, `['a b']`, `["a b"]`, `[0]`. */
const STEP = /\.([^.[\]'"]+)|\[(\d{1,9})\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/gy;
const MAX_STEPS = 64;

type Container = Record<string, unknown> | unknown[];

/**
 * A call's arguments that come as values at JSONPaths. A text comes in pieces; everything else at once.
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
 */
export class PartialArgs {
  readonly #root: Record<string, unknown>;

  /** `args` is what came whole, before the pieces. */
  constructor(args: Readonly<Record<string, unknown>> = {}) {
    this.#root = emptyObject(args);
  }

  /** One of `partialArgs`; null where it fits, else what is wrong with it. */
  add(piece: unknown): string | null {
    if (!isRecord(piece)) return "A piece of a call's arguments is not an object.";
    const steps = readPath(textOf(piece["jsonPath"]) ?? "");
    const isSet = steps !== null && put(this.#root, steps, valueOf(piece));
    return isSet ? null : "A piece of a call's arguments stands at no place that can be.";
  }

  /** JSON text of what has come. */
  get text(): string {
    return writeJson(this.#root);
  }
}

/** Without a prototype: a piece may be named `__proto__`. */
function emptyObject(members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, members); // a new object
}

function readPath(path: string): readonly (string | number)[] | null {
  if (!path.startsWith("$")) return null;
  const steps: (string | number)[] = [];
  let end = 1;
  STEP.lastIndex = end;
  for (let match = STEP.exec(path); match !== null; match = STEP.exec(path)) {
    const [, name, index, single, double] = match;
    steps.push(index === undefined ? (name ?? unescape(single ?? double ?? "")) : Number(index));
    end = STEP.lastIndex;
  }
  return end === path.length && steps.length > 0 && steps.length <= MAX_STEPS ? steps : null;
}

function unescape(quoted: string): string {
  return quoted.replaceAll(/\\(.)/g, "$1");
}

function valueOf(piece: Readonly<Record<string, unknown>>): unknown {
  const { boolValue, numberValue, stringValue } = piece;
  if (typeof stringValue === "string") return stringValue;
  if (numberOf(numberValue) !== null) return numberValue;
  return typeof boolValue === "boolean" ? boolValue : null;
}

/** Puts a value where the steps lead, making what is on the way; false where something else stands there. */
function put(root: Container, steps: readonly (string | number)[], value: unknown): boolean {
  let place = root;
  for (const [index, step] of steps.entries()) {
    if (!fits(place, step)) return false;
    const next = steps[index + 1];
    if (next === undefined) {
      set(place, step, joinTexts(get(place, step), value));
      return true;
    }
    const there = get(place, step) ?? (typeof next === "number" ? [] : emptyObject());
    if (typeof there !== "object" || there === null) return false;
    set(place, step, there);
    place = there as Container; // an object or an array, as just checked
  }
  return false;
}

/** An index may be the next one at most: a list with gaps would be as long as anybody likes. */
function fits(place: Container, step: string | number): boolean {
  return Array.isArray(place) ? typeof step === "number" && step <= place.length : typeof step === "string";
}

function get(place: Container, step: string | number): unknown {
  return (place as Record<string | number, unknown>)[step]; // checked by `fits`
}

function set(place: Container, step: string | number, value: unknown): void {
  (place as Record<string | number, unknown>)[step] = value; // checked by `fits`
}

function joinTexts(before: unknown, more: unknown): unknown {
  return typeof before === "string" && typeof more === "string" ? before + more : more;
}
