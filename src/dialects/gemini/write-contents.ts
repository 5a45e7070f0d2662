import { FairleadError } from "../../core/errors.ts";
import type { Block, MediaBlock, OpaqueBlock, TextBlock, ToolResultBlock } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import type { Losses } from "./losses.ts";
import type { ModelTraits } from "./model-traits.ts";
import { FAMILY } from "./seal.ts";
import { type Draft, extraFields, writeMedia } from "./write-media.ts";
import { type PartRules, writeModelParts, writeResponse } from "./write-parts.ts";

/** Takes the place of a signature that is lost, documented for calls that another model made. */
const SENTINEL = "skip_thought_signature_validator";

/** What writing a history depends on. */
interface HistoryRules {
  readonly losses: Losses;
  readonly traits: ModelTraits;
  /** Whose seals are sent. */
  readonly family: string;
  readonly isNativeCaller: boolean;
  nameOf(name: string): string;
}

/** A history as the API has it. */
export interface WrittenHistory {
  readonly systemInstruction: { readonly parts: readonly Draft[] } | null;
  readonly contents: readonly { readonly role: "user" | "model"; readonly parts: readonly Draft[] }[];
}

/** A content under construction, with the calls that its results must answer in order. */
interface Content {
  readonly role: "user" | "model";
  readonly results: { readonly callId: string; readonly part: Draft }[];
  readonly parts: Draft[];
}

/** Calls made so far: their names, and the order of the latest ones. */
interface Calls {
  readonly names: Map<string, string>;
  latest: Map<string, number>;
}

/**
 * Turns as `contents`: leading instructions apart, turns of one side as one, results of tools first and in the order of their
 * calls. @throws FairleadError 400 for a result that answers no call
 */
export function writeHistory(turns: readonly Turn[], rules: HistoryRules): WrittenHistory {
  const first = turns.findIndex(({ role }) => role !== "system" && role !== "developer");
  const leading = first === -1 ? turns : turns.slice(0, first);
  const systemParts = leading.flatMap(({ blocks }) => systemText(blocks, rules));
  const isApart = rules.traits.takesSystem && systemParts.length > 0;
  const merged: Content[] = isApart || systemParts.length === 0 ? [] : [{ role: "user", results: [], parts: systemParts }];
  const calls: Calls = { names: new Map(), latest: new Map() };
  for (const turn of first === -1 ? [] : turns.slice(first)) writeTurn(turn, { merged, calls, rules });
  const contents = merged
    .map(({ parts, results, role }) => ({ role, parts: [...results.map(({ part }) => part), ...parts] }))
    .filter(({ parts }) => parts.length > 0);
  // The API wants at least one content, though instructions may be all there is.
  const isTold = isApart || rules.losses.list.some(({ severity }) => severity === "meaning");
  if (contents.length === 0 && isTold) contents.push({ role: "user", parts: [{ text: "" }] });
  return { systemInstruction: isApart ? { parts: systemParts } : null, contents };
}

function systemText(blocks: readonly Block[], { losses }: HistoryRules): Draft[] {
  return blocks.flatMap((block): Draft[] => {
    if (block.kind === "text") return block.text === "" ? [] : [{ text: block.text }];
    if (block.kind === "media") losses.meaning(`media.${block.media}`, "gemini takes text alone in instructions");
    if (block.kind === "opaque") losses.meaning(`opaque.${block.type}`, "gemini takes text alone in instructions");
    return [];
  });
}

interface Progress {
  readonly merged: Content[];
  readonly calls: Calls;
  readonly rules: HistoryRules;
}

function writeTurn(turn: Turn, { calls, merged, rules }: Progress): void {
  if (turn.name !== undefined) rules.losses.hint("names", "gemini has no names of speakers");
  const role = turn.role === "assistant" ? "model" : "user";
  const last = merged.at(-1);
  const content: Content = last?.role === role ? last : { role, results: [], parts: [] };
  if (content !== last) merged.push(content);
  switch (turn.role) {
    case "assistant":
      rememberCalls(turn.blocks, calls, content.parts.length === 0);
      content.parts.push(...writeModelParts(turn.blocks, partRules(rules)));
      return;
    case "user":
      return writeUser(turn.blocks, content, { merged, calls, rules });
    case "system":
    case "developer":
      for (const part of systemText(turn.blocks, rules)) content.parts.push({ text: `<system>${String(part["text"])}</system>` });
  }
}

function rememberCalls(blocks: readonly Block[], calls: Calls, isNew: boolean): void {
  if (isNew) calls.latest = new Map();
  for (const block of blocks) {
    if (block.kind !== "tool_call") continue;
    calls.names.set(block.id, block.name);
    if (!calls.latest.has(block.id)) calls.latest.set(block.id, calls.latest.size);
  }
}

function partRules(rules: HistoryRules): PartRules {
  const { family, losses, traits } = rules;
  return {
    signatureOf: (seal) => (seal.family === family ? seal.data : null),
    nameOf: (name) => rules.nameOf(name),
    mediaOf: (block) => writeMedia(block, rules),
    opaqueOf: (block) => writeOpaque(block, rules.family, losses),
    losses,
    isAnswer: false,
    sentinel: traits.isThirdGeneration && family === FAMILY ? SENTINEL : null,
  };
}

/** A part of the API's own; its signature goes to its own family alone. */
function writeOpaque({ dialect, raw, type }: OpaqueBlock, family: string, losses: Losses): Draft | null {
  if (dialect !== "gemini" || typeof raw !== "object" || raw === null) {
    losses.meaning(`opaque.${type}`, `only ${dialect} knows this block`);
    return null;
  }
  const { thoughtSignature, thought_signature: spelled, ...rest }: Draft = { ...raw };
  const signature = thoughtSignature ?? spelled;
  return signature === undefined || family !== FAMILY ? rest : { ...rest, thoughtSignature: signature };
}

function writeUser(blocks: readonly Block[], content: Content, { calls, rules }: Progress): void {
  for (const block of blocks) {
    if (block.kind === "tool_result") writeResult(block, content, { calls, rules });
    else content.parts.push(...writeUserBlock(block, rules));
  }
  const order = (callId: string): number => calls.latest.get(callId) ?? -1;
  content.results.sort((left, right) => order(left.callId) - order(right.callId));
}

function writeUserBlock(block: Block, rules: HistoryRules): readonly Draft[] {
  switch (block.kind) {
    case "text":
      return block.text === "" ? [] : [{ text: block.text, ...extraFields(block) }];
    case "media":
      return present(writeMedia(block, rules));
    case "opaque":
      return present(writeOpaque(block, rules.family, rules.losses));
    case "refusal":
      return [{ text: block.text }];
    case "reasoning":
    case "tool_call":
    case "tool_result":
      return [];
  }
}

function present(part: Draft | null): readonly Draft[] {
  return part === null ? [] : [part];
}

function writeResult(block: ToolResultBlock, content: Content, { calls, rules }: Omit<Progress, "merged">): void {
  const called = calls.names.get(block.callId) ?? block.name;
  if (called === null)
    throw new FairleadError("invalid_value", `The tool result for '${block.callId}' answers no tool call before it.`);
  const name = rules.nameOf(called);
  const texts = block.content.filter((part): part is TextBlock => part.kind === "text").map(({ text }) => text);
  const media = block.content.filter((part): part is MediaBlock => part.kind === "media");
  const held = writeFiles(
    media.filter((part) => isHeldByResult(part, rules)),
    rules,
  );
  const beside = writeFiles(
    media.filter((part) => !isHeldByResult(part, rules)),
    rules,
  );
  const response = held.length > 0 && texts.length === 0 && !block.isError ? {} : writeResponse(texts.join("\n"), block.isError);
  const functionResponse = { id: block.callId, name, response, ...(held.length > 0 && { parts: held }) };
  content.results.push({ callId: block.callId, part: { functionResponse } });
  if (beside.length > 0) content.parts.push({ text: `Files that ${name} returned:` }, ...beside);
}

function writeFiles(media: readonly MediaBlock[], rules: HistoryRules): readonly Draft[] {
  return media.flatMap((block) => present(writeMedia(block, rules)));
}

/** Images and documents may stand inside a result; other files, and those for older models, beside it. */
function isHeldByResult({ media }: MediaBlock, { traits }: HistoryRules): boolean {
  return traits.isThirdGeneration && (media === "image" || media === "file");
}
