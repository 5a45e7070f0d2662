import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Seal } from "../canonical/block.ts";
import { textOf } from "./text-of.ts";

type Detail = Readonly<Record<string, unknown>>;

/** Members whose text is told in pieces; the others come whole. */
const TEXT_OF: ReadonlyMap<unknown, string> = new Map([
  ["reasoning.text", "text"],
  ["reasoning.summary", "summary"],
]);

/**
 * Puts `reasoning_details` together from deltas: what a provider wants back, unchanged, with the next request. They are
 * kept as one seal; a text that stands in the block anyway is left out of it.
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
export class DetailsCollector {
  readonly #details = new Map<string, Record<string, unknown>>();

  /** Adds the details of one delta or message; returns the text they show. */
  add(list: unknown): string {
    let shown = "";
    for (const detail of Array.isArray(list) ? list : []) if (isRecord(detail)) shown += this.#addOne(detail);
    return shown;
  }

  /** The text shown is the provider's summary of its thoughts. */
  get isSummary(): boolean {
    return [...this.#details.values()].some(({ type }) => type === "reasoning.summary");
  }

  /** Everything so far as a seal, after which it is forgotten; null when nothing of it is opaque. */
  take(family: string): Seal | null {
    const details = [...this.#details.values()];
    this.#details.clear();
    if (!details.some(({ data, signature }) => isFilled(data) || isFilled(signature))) return null;
    const shown = details.filter(({ type }) => textMember(type) !== null);
    const [only] = shown;
    if (shown.length === 1 && only !== undefined) delete only[textMember(only["type"]) ?? ""];
    return { family, form: "details", data: writeJson(details), id: null };
  }

  #addOne(detail: Detail): string {
    const key = `${textOf(detail["type"])} ${JSON.stringify(detail["index"] ?? 0)}`;
    const known = this.#details.get(key) ?? {};
    const member = textMember(detail["type"]);
    const said = member === null ? null : known[member];
    const text = member !== null && typeof detail[member] === "string" ? detail[member] : "";
    for (const [name, value] of Object.entries(detail)) if (isFilled(value)) known[name] = value;
    if (member !== null && typeof said === "string") known[member] = said + text;
    this.#details.set(key, known);
    return text;
  }
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function textMember(type: unknown): string | null {
  return TEXT_OF.get(type) ?? null;
}

/** The details behind a seal of form `details`, with the block's text where it was left out. */
export function restoreDetails(data: string, text: string): readonly Detail[] {
  const details = parseList(data);
  const isAlone = details.filter(({ type }) => textMember(type) !== null).length === 1;
  return details.map((detail) => {
    const member = textMember(detail["type"]);
    return member === null || !isAlone || text === "" || member in detail ? detail : { ...detail, [member]: text };
  });
}

function parseList(data: string): readonly Detail[] {
  try {
    const list: unknown = JSON.parse(data);
    return Array.isArray(list) ? list.filter(isRecord) : [];
  } catch {
    return []; // A seal that was tampered with holds nothing.
  }
}
