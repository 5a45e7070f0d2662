import { at, isObjectText, isSame, listAt, textAt } from "./judged.ts";
import { ItemParts } from "./response-parts.ts";

interface OpenItem {
  readonly index: number;
  readonly added: unknown;
  readonly type: string;
  readonly parts: ItemParts;
  /** Arguments of a call so far, and whether their done event has come. */
  argumentsText: string;
  isTold: boolean;
}

/** Where a call's text stands in its item. */
const CALL_MEMBERS: Readonly<Record<string, string>> = { function_call: "arguments", custom_tool_call: "input" };

/** Follows the items of a Responses stream: strictly one after the other, each from `added` to `done`. */
export class ResponseItems {
  /** The items as their done events have them, in order. */
  readonly done: unknown[] = [];
  readonly #ids = new Set<string>();
  readonly #callIds = new Set<string>();
  #open: OpenItem | null = null;

  /** What the event, which has no whole response, breaks. */
  take(event: unknown): readonly string[] {
    const type = textAt(event, "type");
    if (type === "response.output_item.added") return this.#add(event);
    const open = this.#open;
    if (open === null) return [`${type} while no item is open`];
    const problems: string[] = [];
    if (at(event, "output_index") !== open.index)
      problems.push(`output_index is ${String(at(event, "output_index"))}, not ${open.index}`);
    if (type === "response.output_item.done") return [...problems, ...this.#finish(event, open)];
    if (at(event, "item_id") !== at(open.added, "id")) problems.push(`item_id is ${String(at(event, "item_id"))}`);
    if (/^response\.(?:function_call_arguments|custom_tool_call_input)\./.test(type))
      return [...problems, ...takeCall(event, open)];
    return [...problems, ...open.parts.take(event)];
  }

  /** What is wrong when no further event comes. */
  left(): readonly string[] {
    return this.#open === null ? [] : [`item ${this.#open.index} has no done event`];
  }

  #add(event: unknown): readonly string[] {
    const problems: string[] = [];
    const item = at(event, "item");
    const type = textAt(item, "type");
    const index = this.done.length + (this.#open === null ? 0 : 1);
    if (this.#open !== null) problems.push(`item ${this.#open.index} is still open`);
    if (at(event, "output_index") !== index) problems.push(`output_index is ${String(at(event, "output_index"))}, not ${index}`);
    const id = textAt(item, "id");
    if (id === "" || this.#ids.has(id)) problems.push(`the item's id ${JSON.stringify(id)} is empty or used before`);
    this.#ids.add(id);
    const member = CALL_MEMBERS[type];
    if (member !== undefined) problems.push(...this.#addCall(item, member));
    for (const list of ["content", "summary"]) if (listAt(item, list).length > 0) problems.push(`an added item has ${list}`);
    this.#open = { index, added: item, type, parts: new ItemParts(type), argumentsText: "", isTold: false };
    return problems;
  }

  #addCall(item: unknown, member: string): readonly string[] {
    const problems: string[] = [];
    const callId = textAt(item, "call_id");
    if (callId === "" || this.#callIds.has(callId)) problems.push(`call_id ${JSON.stringify(callId)} is empty or used before`);
    this.#callIds.add(callId);
    if (textAt(item, "name") === "") problems.push("a call has no name");
    if (at(item, member) !== "") problems.push(`an added call has ${member}`);
    return problems;
  }

  #finish(event: unknown, open: OpenItem): readonly string[] {
    const item = at(event, "item");
    this.#open = null;
    this.done.push(item);
    const problems = ["id", "type", "call_id", "name", "role"]
      .filter((member) => !isSame(at(item, member), at(open.added, member)))
      .map((member) => `${member} of the done item is not that of the added one`);
    const member = CALL_MEMBERS[open.type];
    if (member !== undefined && (at(item, member) !== open.argumentsText || !open.isTold))
      problems.push(`${member} of the done item was not told before`);
    if (open.type === "function_call" && at(item, "status") === "completed" && !isObjectText(textAt(item, member ?? "")))
      problems.push("the arguments of a completed call are not a JSON object");
    return [...problems, ...open.parts.finish(item)];
  }
}

function takeCall(event: unknown, open: OpenItem): readonly string[] {
  const type = textAt(event, "type");
  const member = CALL_MEMBERS[open.type];
  const isRight = type.startsWith(
    open.type === "function_call" ? "response.function_call_arguments." : "response.custom_tool_call_input.",
  );
  if (member === undefined || !isRight) return [`${type} in an item of type ${open.type}`];
  if (open.isTold) return [`${type} after the ${member} were done`];
  if (type.endsWith(".delta")) {
    open.argumentsText += textAt(event, "delta");
    return [];
  }
  open.isTold = true;
  const problems = at(event, member) === open.argumentsText ? [] : [`${member} are not what the deltas said`];
  if (open.type === "function_call" && at(event, "name") !== at(open.added, "name"))
    problems.push("the done event does not name the tool");
  return problems;
}
