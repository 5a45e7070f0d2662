import { isRecord } from "../../core/json/is-record.ts";
import type { ReasoningBlock, Seal } from "../canonical/block.ts";
import { mayHoldEnvelope, unwrapSeal, wrapSeal } from "../canonical/seal-envelope.ts";
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
 * bare text where neither came. State in our envelope is of the family that it names.
 */
export function readThoughts(message: Fields): readonly ReasoningBlock[] {
  const { reasoning_details: details, thinking_blocks: blocks } = message;
  const shown = readReasoning(message)?.text ?? "";
  if (Array.isArray(details) && details.length > 0) return withText(readDetails(details.filter(isRecord)), shown);
  if (Array.isArray(blocks) && blocks.length > 0) return blocks.filter(isRecord).map(readThinkingBlock);
  return shown === "" ? [] : [{ kind: "reasoning", text: shown, isSummary: false, seal: null }];
}

/** A client may keep the text in one member and the state in the other. */
function withText(blocks: readonly ReasoningBlock[], shown: string): readonly ReasoningBlock[] {
  const [only] = blocks;
  return blocks.length === 1 && only !== undefined && only.text === "" ? [{ ...only, text: shown }] : blocks;
}

function readDetails(details: readonly Fields[]): readonly ReasoningBlock[] {
  return groupDetails(details)
    .map(readGroup)
    .filter(({ seal, text }) => text !== "" || seal !== null);
}

/** The state of thoughts that are shown stands beside them. */
function groupDetails(details: readonly Fields[]): readonly (readonly [Fields, ...Fields[]])[] {
  const groups: [Fields, ...Fields[]][] = [];
  for (const detail of details) {
    const last = groups.at(-1);
    const isBeside = isState(detail) && last?.length === 1 && !isState(last[0]) && textOf(last[0]["signature"]) === "";
    if (isBeside) last.push(detail);
    else groups.push([detail]);
  }
  return groups;
}

function isState({ type }: Fields): boolean {
  return type === "reasoning.encrypted";
}

/** What is not in our envelope goes back to a server of this dialect as the caller has it. */
function readGroup(group: readonly [Fields, ...Fields[]]): ReasoningBlock {
  const [first, beside] = group;
  const block = isState(first) ? stateBlock(first) : readShown(first);
  const isOurs = group.some(({ data, signature }) => mayHoldEnvelope(textOf(data)) || mayHoldEnvelope(textOf(signature)));
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

/** How thoughts with their state are told to a caller: it echoes them, and `readThoughts` finds them again. */
export function writeThoughts({ isSummary, seal, text }: Omit<ReasoningBlock, "kind">, index: number): readonly Fields[] {
  if (seal === null) return [];
  const type = isSummary ? { type: "reasoning.summary", summary: text } : { type: "reasoning.text", text };
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
