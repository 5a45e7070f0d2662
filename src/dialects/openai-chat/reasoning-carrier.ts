import { isRecord } from "../../core/json/is-record.ts";
import type { ReasoningBlock, Seal } from "../canonical/block.ts";
import { isEnvelope, unwrapSeal, wrapSeal } from "../canonical/seal-envelope.ts";
import { readReasoning } from "./message-content.ts";
import { restoreDetails } from "./reasoning-details.ts";
import { textOf } from "./text-of.ts";

type Fields = Readonly<Record<string, unknown>>;

/** `format` of a detail → the family whose state it is. */
const FAMILY_OF_FORMAT: ReadonlyMap<unknown, string> = new Map([
  ["anthropic-claude-v1", "anthropic"],
  ["google-gemini-v1", "gemini"],
  ["openai-responses-v1", "openai"],
]);
const FORMAT_OF_FAMILY: ReadonlyMap<string, string> = new Map(
  [...FAMILY_OF_FORMAT].map(([format, family]) => [family, String(format)]),
);
/** What stands in `data` when nothing says so, by family. */
const FORM_OF_FAMILY: ReadonlyMap<string, Seal["form"]> = new Map([
  ["anthropic", "redacted"],
  ["gemini", "thought_signature"],
]);

/**
 * The thoughts of an assistant message of the caller's history: `reasoning_details`, LiteLLM's `thinking_blocks`, or the
 * bare text where neither came: stock clients keep no more of it than the end of a stream. State in our envelope is of the
 * family that it names.
 */
export function readThoughts(message: Fields): readonly ReasoningBlock[] {
  const { reasoning_details: details, thinking_blocks: blocks } = message;
  if (Array.isArray(details) && details.length > 0) return readDetails(details.filter(isRecord));
  if (Array.isArray(blocks) && blocks.length > 0) return blocks.filter(isRecord).map(readThinkingBlock);
  const shown = readReasoning(message)?.text ?? "";
  return shown === "" ? [] : [{ kind: "reasoning", text: shown, isSummary: false, seal: null }];
}

function readDetails(details: readonly Fields[]): readonly ReasoningBlock[] {
  const isOurs = details.some(({ data, signature }) => isEnvelope(textOf(data)) || isEnvelope(textOf(signature)));
  return groupDetails(details)
    .map((group) => readGroup(group, isOurs))
    .filter(({ seal, text }) => text !== "" || seal !== null);
}

/** The state of thoughts that are shown stands beside them; redacted ones are thoughts of their own. */
function groupDetails(details: readonly Fields[]): readonly (readonly [Fields, ...Fields[]])[] {
  const groups: [Fields, ...Fields[]][] = [];
  for (const detail of details) {
    const last = groups.at(-1);
    if (last !== undefined && isBeside(last, detail)) last.push(detail);
    else groups.push([detail]);
  }
  return groups;
}

function isBeside([shown, state]: readonly Fields[], detail: Fields): boolean {
  if (shown === undefined || state !== undefined || !isState(detail) || isState(shown)) return false;
  if (textOf(shown["signature"]) !== "") return false;
  return shown["index"] === detail["index"] || readData(detail)?.form !== "redacted";
}

function isState({ type }: Fields): boolean {
  return type === "reasoning.encrypted";
}

/** Details of which none is in our envelope go back to a server of this dialect as the caller has them. */
function readGroup(group: readonly [Fields, ...Fields[]], isOurs: boolean): ReasoningBlock {
  const [first, beside] = group;
  const block = isState(first) ? stateBlock(first) : readShown(first);
  return {
    ...block,
    seal: beside === undefined ? block.seal : readData(beside),
    ...(isOurs ? {} : { extra: { dialect: "openai-chat", fields: { reasoning_details: group } } }),
  };
}

function stateBlock(detail: Fields): ReasoningBlock {
  return { kind: "reasoning", text: "", isSummary: false, seal: readData(detail) };
}

function familyOf(detail: Fields): string {
  return FAMILY_OF_FORMAT.get(detail["format"]) ?? "openai-chat";
}

function readShown(detail: Fields): ReasoningBlock {
  const signature = textOf(detail["signature"]);
  const isSummary = detail["type"] === "reasoning.summary";
  const family = familyOf(detail);
  const form = family === "gemini" ? "thought_signature" : "signature";
  const seal = signature === "" ? null : unwrapSeal(signature, { family, form });
  return { kind: "reasoning", text: textOf(isSummary ? detail["summary"] : detail["text"]), isSummary, seal };
}

function readData(detail: Fields): Seal | null {
  const data = textOf(detail["data"]);
  if (data === "") return null;
  const family = familyOf(detail);
  const seal = unwrapSeal(data, { family, form: FORM_OF_FAMILY.get(family) ?? "encrypted" });
  return seal.id === null && seal.data === data ? { ...seal, id: textOf(detail["id"]) || null } : seal;
}

function readThinkingBlock(block: Fields): ReasoningBlock {
  const data = textOf(block["data"]);
  const signature = textOf(block["signature"]);
  const text = textOf(block["thinking"]);
  const seal =
    data === ""
      ? signature === ""
        ? null
        : unwrapSeal(signature, { family: "anthropic", form: "signature" })
      : unwrapSeal(data, { family: "anthropic", form: "redacted" });
  return { kind: "reasoning", text, isSummary: false, seal };
}

/**
 * How all thoughts of an answer are told to a caller where one of them has state: it echoes them, and `readThoughts` finds
 * them again. None where none has.
 */
export function writeDetails(thoughts: readonly Omit<ReasoningBlock, "kind">[]): readonly Fields[] {
  return thoughts.some(({ seal }) => seal !== null) ? thoughts.flatMap((one, index) => writeThoughts(one, index)) : [];
}

function writeThoughts({ isSummary, seal, text }: Omit<ReasoningBlock, "kind">, index: number): readonly Fields[] {
  const type = isSummary ? { type: "reasoning.summary", summary: text } : { type: "reasoning.text", text };
  if (seal === null) return text === "" ? [] : [{ ...type, index }];
  // Details are several things at once: as one text they are nobody's own.
  const state = wrapSeal(seal, seal.form === "details" ? "" : "openai-chat");
  if (seal.form === "signature") return [{ ...type, signature: state, index }];
  const encrypted = { type: "reasoning.encrypted", data: state, index };
  return text === "" ? [encrypted] : [{ ...type, index }, encrypted];
}

/** How state of its own family is replayed to a backend: as it gave it. */
export function replayThoughts({ isSummary, seal, text }: ReasoningBlock, index: number): readonly Fields[] {
  if (seal === null) return [];
  if (seal.form === "details") return restoreDetails(seal.data, text);
  const format = FORMAT_OF_FAMILY.get(seal.family);
  const rest = { ...(format === undefined ? {} : { format }), index };
  const shown = isSummary ? { type: "reasoning.summary", summary: text } : { type: "reasoning.text", text };
  if (seal.form === "signature" || (seal.form === "thought_signature" && text !== ""))
    return [{ ...shown, signature: seal.data, ...rest }];
  const encrypted = { type: "reasoning.encrypted", data: seal.data, ...(seal.id === null ? {} : { id: seal.id }), ...rest };
  return text === "" ? [encrypted] : [{ ...shown, ...rest }, encrypted];
}
