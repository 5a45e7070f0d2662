import { isRecord } from "../../core/json/is-record.ts";
import { CALL_EVENTS, PART_EVENTS, type PartEvent, TEXT_EVENTS } from "./known-events.ts";
import { mendItem } from "./mend-item.ts";
import { argumentsText } from "./read-item.ts";

export type Event = Readonly<Record<string, unknown>>;

/** An event, and its text where it may pass as it came. */
export interface Wire {
  readonly event: Event;
  readonly data: string | null;
}

/** What one item needs of the stream it is in. */
export interface ItemHost {
  emit(wire: Wire): void;
  /** The item's place, in the order in which items begin, and an id that no other item of the stream has. */
  place(id: unknown): { readonly index: number; readonly id: string };
}

interface Part {
  readonly index: number;
  readonly type: keyof typeof TEXT_EVENTS;
  text: string;
  isCompleted: boolean;
  isClosed: boolean;
}

/** One item of a stream that is mended: it begins once, has every part opened before its text, and is done once. */
export class ItemMender {
  /** Events that wait for the item before to be done. */
  readonly held: Wire[] = [];
  isDone = false;
  /** The item as it was last seen; null before it began. */
  item: Event | null = null;
  readonly #host: ItemHost;
  readonly #parts = new Map<string, Part>();
  readonly #counts = { content: 0, summary: 0 };
  #place = { index: -1, id: "" };
  #callText = "";
  #isCallCompleted = false;

  constructor(host: ItemHost) {
    this.#host = host;
  }

  get id(): string {
    return this.#place.id;
  }

  /** The item's type, also while all that is known of it waits. */
  get type(): unknown {
    return this.item?.["type"] ?? this.held.map(({ event }) => typeOfItem(event)).find((type) => type !== null);
  }

  take(wire: Wire): void {
    if (this.isDone) return;
    const { item, type } = wire.event;
    if (type === "response.output_item.added" && isRecord(item)) return this.#begin(item, wire);
    if (type === "response.output_item.done" && isRecord(item)) return this.#finish(item, wire);
    const about = PART_EVENTS.get(String(type));
    if (about !== undefined) return this.#takePart(wire, about);
    if (this.item === null) return;
    this.#takeCall(wire.event);
    this.#send(wire, {});
  }

  /** The item has ended although nothing said so: as `item` has it, or as its events had it. */
  conclude(item: Event | null, status: string): void {
    const known = item ?? this.#gathered(status);
    if (known !== null) this.take({ event: { type: "response.output_item.done", item: known }, data: null });
  }

  /** The item under the id it was streamed under. */
  renamed(item: Event): Event {
    const isCall = CALL_EVENTS.has(item["type"]) && typeof this.item?.["call_id"] === "string";
    const mended = mendItem(item, this.#place.id);
    const callId = this.item?.["call_id"];
    return isCall && mended["call_id"] !== callId ? { ...mended, call_id: callId } : mended;
  }

  #begin(item: Event, wire: Wire): void {
    if (this.item !== null) return;
    this.#place = this.#host.place(item["id"]);
    this.item = emptied(mendItem(item, this.#place.id, "in_progress"));
    this.#send(wire, this.item === item ? {} : { item: this.item });
  }

  #ensureBegun(item: Event): void {
    this.#begin(item, { event: { type: "response.output_item.added", item }, data: null });
  }

  #takePart(wire: Wire, about: PartEvent): void {
    const { event } = wire;
    const type = about.part ?? partType(event["part"]);
    if (type === null) return;
    this.#ensureBegun(impliedItem(type, event["item_id"]));
    const index = event[`${about.list}_index`];
    const key = about.list + (typeof index === "number" ? index : 0);
    const known = this.#parts.get(key);
    if (about.does !== "opens") this.#toPart(known ?? this.#openPart(key, type, null), wire, about);
    else if (known === undefined) this.#openPart(key, type, wire);
  }

  #toPart(part: Part, wire: Wire, { does, list }: PartEvent): void {
    if (does === "adds") part.text += argumentsText(wire.event["delta"]);
    if (does === "completes") this.#addRest(part, argumentsText(wire.event[TEXT_EVENTS[part.type].field]));
    part.isCompleted ||= does === "completes";
    part.isClosed ||= does === "closes";
    this.#send(wire, { [`${list}_index`]: part.index });
  }

  #openPart(key: string, type: Part["type"], wire: Wire | null): Part {
    const list = type === "summary_text" ? "summary" : "content";
    const part: Part = { index: this.#counts[list]++, type, text: "", isCompleted: false, isClosed: false };
    this.#parts.set(key, part);
    const name = list === "summary" ? "response.reasoning_summary_part.added" : "response.content_part.added";
    this.#send(wire ?? { event: { type: name, part: partObject(type, "") }, data: null }, { [`${list}_index`]: part.index });
    return part;
  }

  /** What of a whole text no delta had. */
  #addRest(part: Part, whole: string): void {
    const rest = whole.slice(part.text.length);
    if (rest === "") return;
    part.text = whole;
    this.#sendPart(part, `${TEXT_EVENTS[part.type].name}.delta`, {
      delta: rest,
      ...(part.type === "output_text" ? { logprobs: [] } : {}),
    });
  }

  #takeCall(event: Event): void {
    const call = CALL_EVENTS.get(this.item?.["type"]);
    if (call === undefined) return;
    if (event["type"] === `${call.name}.delta`) this.#callText += argumentsText(event["delta"]);
    if (event["type"] !== `${call.name}.done`) return;
    this.#addCallRest(argumentsText(event[call.field]));
    this.#isCallCompleted = true;
  }

  #addCallRest(whole: string): void {
    const call = CALL_EVENTS.get(this.item?.["type"]);
    const delta = whole.slice(this.#callText.length);
    if (call === undefined || delta === "") return;
    this.#callText = whole;
    this.#send({ event: { type: `${call.name}.delta`, delta }, data: null }, {});
  }

  #finish(item: Event, wire: Wire): void {
    this.#ensureBegun(item);
    this.#completeCall(item);
    this.#completeParts(item, "content");
    this.#completeParts(item, "summary");
    const renamed = this.renamed(item);
    this.#send(wire, renamed === item ? {} : { item: renamed });
    this.item = renamed;
    this.isDone = true;
  }

  #completeCall(item: Event): void {
    const call = CALL_EVENTS.get(item["type"]);
    if (call === undefined) return;
    const text = argumentsText(item[call.field]);
    this.#addCallRest(text);
    if (!this.#isCallCompleted) this.#send({ event: { type: `${call.name}.done`, [call.field]: text }, data: null }, {});
  }

  #completeParts(item: Event, list: PartEvent["list"]): void {
    const parts: readonly unknown[] = Array.isArray(item[list]) ? item[list] : [];
    parts.forEach((raw, index) => {
      const type = partType(raw);
      if (type === null || !isRecord(raw)) return;
      const key = `${list}${index}`;
      const part = this.#parts.get(key) ?? this.#openPart(key, type, null);
      const { field, name } = TEXT_EVENTS[part.type];
      this.#addRest(part, argumentsText(raw[field]));
      const whole = { [field]: part.text, ...(type === "output_text" ? { logprobs: [] } : {}) };
      if (!part.isCompleted) this.#sendPart(part, `${name}.done`, whole);
      const closes = list === "summary" ? "response.reasoning_summary_part.done" : "response.content_part.done";
      if (!part.isClosed) this.#sendPart(part, closes, { part: raw });
    });
  }

  #gathered(status: string): Event | null {
    if (this.item === null) return null;
    const texts = (list: "content" | "summary"): readonly Event[] =>
      [...this.#parts].filter(([key]) => key.startsWith(list)).map(([, { text, type }]) => partObject(type, text));
    const call = CALL_EVENTS.get(this.item["type"]);
    return {
      ...this.item,
      ...("status" in this.item ? { status } : {}),
      ...(this.#counts.content > 0 ? { content: texts("content") } : {}),
      ...(this.#counts.summary > 0 ? { summary: texts("summary") } : {}),
      ...(call === undefined ? {} : { [call.field]: this.#callText }),
    };
  }

  #sendPart({ index, type }: Part, name: string, fields: Event): void {
    const list = type === "summary_text" ? "summary_index" : "content_index";
    this.#send({ event: { type: name, ...fields }, data: null }, { [list]: index });
  }

  /** The event under the item's own id and place. */
  #send({ data, event }: Wire, fields: Event): void {
    const type = String(event["type"]);
    const names = type.startsWith("response.output_item.") || type.startsWith("response.shell_call_command.");
    const right: Event = { ...(names ? {} : { item_id: this.#place.id }), output_index: this.#place.index, ...fields };
    const isRight = Object.entries(right).every(([name, value]) => event[name] === value);
    this.#host.emit(isRight ? { event, data } : { event: { ...event, ...right }, data: null });
  }
}

/** An item as it is announced: its texts are still to come. */
function emptied(item: Event): Event {
  const call = CALL_EVENTS.get(item["type"]);
  if (call !== undefined) return item[call.field] === "" ? item : { ...item, [call.field]: "" };
  const lists = ["content", "summary"].filter((list) => Array.isArray(item[list]) && item[list].length > 0);
  const isTexts = item["type"] === "message" || item["type"] === "reasoning";
  return isTexts && lists.length > 0 ? { ...item, ...Object.fromEntries(lists.map((list) => [list, []])) } : item;
}

/** The type of the item that an event is about; null where it does not say. */
function typeOfItem(event: Event): unknown {
  if (isRecord(event["item"])) return event["item"]["type"];
  const about = PART_EVENTS.get(String(event["type"]));
  const type = about?.part ?? partType(event["part"]);
  return about === undefined || type === null ? null : impliedItem(type, null)["type"];
}

/** The item that a part's event is about, where none was announced. */
function impliedItem(type: Part["type"], id: unknown): Event {
  return type === "output_text" || type === "refusal"
    ? { id, type: "message", status: "in_progress", content: [], role: "assistant" }
    : { id, type: "reasoning", summary: [] };
}

function partType(part: unknown): Part["type"] | null {
  const type = isRecord(part) ? part["type"] : null;
  return typeof type === "string" && type in TEXT_EVENTS ? (type as Part["type"]) : null; // looked up
}

function partObject(type: Part["type"], text: string): Event {
  if (type === "refusal") return { type, refusal: text };
  return type === "output_text" ? { type, annotations: [], logprobs: [], text } : { type, text };
}
