import { at, isSame, listAt, textAt } from "./judged.ts";

/** A part that is open: its text so far, and what its done event said of it. */
interface OpenPart {
  readonly list: "content" | "summary";
  readonly index: number;
  readonly type: string;
  text: string;
  doneText: string | null;
  annotations: number;
}

/** Which events tell the text of a part, and of which type the part must be. */
const TEXTS: readonly { readonly event: string; readonly type: string; readonly member: "text" | "refusal" }[] = [
  { event: "response.output_text", type: "output_text", member: "text" },
  { event: "response.refusal", type: "refusal", member: "refusal" },
  { event: "response.reasoning_text", type: "reasoning_text", member: "text" },
  { event: "response.reasoning_summary_text", type: "summary_text", member: "text" },
];

/** Follows the parts of one item: each from `added` over its deltas to its text's done and its own, one after the other. */
export class ItemParts {
  readonly #itemType: string;
  readonly #done: Record<"content" | "summary", unknown[]> = { content: [], summary: [] };
  #open: OpenPart | null = null;

  constructor(itemType: string) {
    this.#itemType = itemType;
  }

  take(event: unknown): readonly string[] {
    const type = textAt(event, "type");
    const [, list, phase] = /^response\.(content|reasoning_summary)_part\.(added|done)$/.exec(type) ?? [];
    if (list !== undefined) {
      const kind = list === "content" ? "content" : "summary";
      return phase === "added" ? this.#add(event, kind) : this.#close(event, kind);
    }
    const text = TEXTS.find((candidate) => type === `${candidate.event}.delta` || type === `${candidate.event}.done`);
    if (text !== undefined) return this.#takeText(event, text);
    if (type === "response.output_text.annotation.added") return this.#takeAnnotation(event);
    // Steps of tools that the provider runs: their items have events of their own.
    return this.#itemType === "message" || this.#itemType === "reasoning" ? [`${type} in an item of type ${this.#itemType}`] : [];
  }

  /** What is wrong when the item is done. */
  finish(item: unknown): readonly string[] {
    const problems: string[] = this.#open === null ? [] : [`the part ${this.#open.index} has no done event`];
    for (const list of ["content", "summary"] as const) {
      const told = this.#done[list];
      const isWhole = this.#itemType === "message" ? list === "content" : this.#itemType === "reasoning";
      if (isWhole && !isSame(listAt(item, list), told)) problems.push(`${list} of the done item is not its parts`);
    }
    return problems;
  }

  #add(event: unknown, list: "content" | "summary"): readonly string[] {
    const problems = this.#open === null ? [] : ["a part is still open"];
    const index = this.#done[list].length;
    problems.push(...wrongIndex(event, list, index));
    const part = at(event, "part");
    if (textAt(part, "text") !== "" || textAt(part, "refusal") !== "") problems.push("an added part has text");
    this.#open = { list, index, type: textAt(part, "type"), text: "", doneText: null, annotations: 0 };
    return problems;
  }

  #close(event: unknown, list: "content" | "summary"): readonly string[] {
    const open = this.#open;
    if (open === null || open.list !== list) return ["a part is done that is not open"];
    this.#open = null;
    const part = at(event, "part");
    this.#done[list].push(part);
    const problems = [...wrongIndex(event, list, open.index)];
    if (textAt(part, "type") !== open.type) problems.push("the done part has another type");
    if (open.doneText === null) problems.push("the part's text has no done event");
    if ((at(part, "text") ?? at(part, "refusal")) !== open.text) problems.push("the done part is not what the deltas said");
    if (listAt(part, "annotations").length !== open.annotations) problems.push("the done part has other annotations");
    return problems;
  }

  #takeText(event: unknown, { type, member }: (typeof TEXTS)[number]): readonly string[] {
    const open = this.#open;
    if (open === null || open.type !== type) return [`${textAt(event, "type")} while no part of type ${type} is open`];
    const problems = [...wrongIndex(event, open.list, open.index)];
    if (open.doneText !== null) problems.push("the part's text goes on after its done event");
    if (textAt(event, "type").endsWith(".delta")) {
      if (textAt(event, "delta") === "") problems.push("a delta is empty");
      open.text += textAt(event, "delta");
      return problems;
    }
    open.doneText = textAt(event, member);
    if (open.doneText !== open.text) problems.push("the done text is not what the deltas said");
    return problems;
  }

  #takeAnnotation(event: unknown): readonly string[] {
    const open = this.#open;
    if (open === null || open.type !== "output_text") return ["an annotation outside a text"];
    const problems = [...wrongIndex(event, open.list, open.index)];
    if (at(event, "annotation_index") !== open.annotations)
      problems.push(`annotation_index is ${String(at(event, "annotation_index"))}`);
    open.annotations += 1;
    return problems;
  }
}

function wrongIndex(event: unknown, list: "content" | "summary", index: number): readonly string[] {
  const found = at(event, `${list}_index`);
  return found === index ? [] : [`${list}_index is ${String(found)}, not ${index}`];
}
