import { escapeText, unescapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import { textOf } from "./text-of.ts";

/** One call of an answer, put together from deltas. */
export interface TrackedCall {
  /** Its place among the answer's calls, from 0. */
  readonly ordinal: number;
  readonly form: "function" | "custom";
  /** As the upstream gave them; empty until it does. */
  id: string;
  name: string;
  /** So far, as they stand in a JSON string. */
  argumentsText: string;
  /** Its beginning has been told. */
  isTold: boolean;
}

/** What one entry of `tool_calls` says; empty where it says nothing. */
interface CallDelta {
  readonly call: TrackedCall;
  /** As they stand in a JSON string. */
  readonly argumentsText: string;
  readonly isNamed: boolean;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Tells which call an entry of `tool_calls` belongs to. Servers leave out the index, start it at 1, use one for two calls,
 * repeat the id or never give one, and name the tool late; a call begins where an entry cannot belong to a known one.
 */
export class CallTracker {
  readonly calls: TrackedCall[] = [];
  readonly #byIndex = new Map<number, TrackedCall>();
  readonly #byId = new Map<string, TrackedCall>();

  /** Adds what an entry says to the call it belongs to. */
  read(entry: Entry): CallDelta {
    const form = formOf(entry);
    const body = entry[form];
    const member = isRecord(body) ? body : {};
    const name = textOf(member["name"]);
    const id = textOf(entry["id"]);
    const call = this.#find({ index: indexOf(entry["index"]), id, name, form });
    if (call.id === "") call.id = id;
    if (call.name === "") call.name = name;
    const argumentsText = escapeText(argumentsOf(form === "custom" ? member["input"] : member["arguments"]));
    call.argumentsText += argumentsText;
    return { call, argumentsText, isNamed: name !== "" };
  }

  #find(
    said: { readonly index: number | null; readonly id: string; readonly name: string } & Pick<TrackedCall, "form">,
  ): TrackedCall {
    const { form, id, index, name } = said;
    const known = index === null ? undefined : this.#byIndex.get(index);
    if (known !== undefined && !isAnother(known, id, name)) return known;
    const same = this.#byId.get(id);
    if (known === undefined && same !== undefined && (index === null || name === "")) return same;
    const isNamed = index !== null || id !== "" || name !== "";
    return (isNamed ? undefined : this.calls.at(-1)) ?? this.#begin(index, id, form);
  }

  #begin(index: number | null, id: string, form: TrackedCall["form"]): TrackedCall {
    const call: TrackedCall = { ordinal: this.calls.length, form, id, name: "", argumentsText: "", isTold: false };
    this.calls.push(call);
    if (index !== null) this.#byIndex.set(index, call);
    if (id !== "") this.#byId.set(id, call);
    return call;
  }
}

/** A name comes once: one that comes again begins another call, unless the id says otherwise or the call is not complete. */
function isAnother(known: TrackedCall, id: string, name: string): boolean {
  if (name === "" || known.name === "") return false;
  return id === "" || known.id === "" ? isWhole(known.argumentsText) : id !== known.id;
}

function isWhole(escaped: string): boolean {
  try {
    JSON.parse(unescapeText(escaped));
    return true;
  } catch {
    return false;
  }
}

function indexOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}

/** Which of the two kinds an entry of `tool_calls` is; a server may send an empty one of the other beside it. */
export function formOf(entry: Entry): TrackedCall["form"] {
  if (entry["type"] === "custom") return "custom";
  return isRecord(entry["custom"]) && !isRecord(entry["function"]) ? "custom" : "function";
}

/** A legacy `function_call` that says something; some servers send an empty one with every delta. */
export function isFunctionCall(value: unknown): value is Entry {
  return isRecord(value) && (textOf(value["name"]) !== "" || argumentsOf(value["arguments"]) !== "");
}

/** Google's opaque state of a call; null where there is none. @see https://ai.google.dev/gemini-api/docs/thought-signatures */
export function thoughtSignatureOf(entry: Entry): string | null {
  const extra = entry["extra_content"];
  const google: unknown = isRecord(extra) ? extra["google"] : null;
  const signature: unknown = isRecord(google) ? google["thought_signature"] : null;
  return typeof signature === "string" && signature !== "" ? signature : null;
}

/** Arguments as JSON text, for servers that send the object itself. */
export function argumentsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return isRecord(value) || Array.isArray(value) ? writeJson(value) : "";
}
