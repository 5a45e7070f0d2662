import { isRecord } from "../../core/json/is-record.ts";
import { RawJson, parseExact, writeJson } from "../../core/json/exact-json.ts";
import type { Block, Seal, ToolCallBlock } from "../canonical/block.ts";
import { isObjectText } from "../canonical/judge-calls.ts";
import { FOREIGN_THOUGHTS, NO_OBJECT_ARGUMENTS } from "../canonical/loss-reasons.ts";
import type { Losses } from "./losses.ts";
import type { Body } from "./member.ts";
import { readResponse } from "./read-parts.ts";
import { type Draft, extraFields } from "./write-media.ts";

/** What writing a model's turn depends on. */
export interface PartRules {
  /** A seal as it stands in `thoughtSignature`; null where it must not be sent. */
  signatureOf(seal: Seal): string | null;
  nameOf(name: string): string;
  /** A block of media; null where it cannot be sent. */
  mediaOf(block: Extract<Block, { readonly kind: "media" }>): Draft | null;
  opaqueOf(block: Extract<Block, { readonly kind: "opaque" }>): Draft | null;
  /** Where a history loses something; null for an answer. */
  readonly losses: Losses | null;
  /** For the caller: thoughts are told unsigned too, and a signature that stands alone stays where it is. */
  readonly isAnswer: boolean;
  /** The first call of a turn must be signed: what stands there where its signature is lost; null where nothing must. */
  readonly sentinel: string | null;
}

/** What is known while the parts of one turn are written. */
interface Writing {
  readonly rules: PartRules;
  readonly parts: Draft[];
  hasCall: boolean;
  /** A signature that belongs to the call that follows. */
  carried: string | null;
}

/** The parts of a model's turn: each signature on the part it came with. */
export function writeModelParts(blocks: readonly Block[], rules: PartRules): readonly Draft[] {
  const writing: Writing = { rules, parts: [], hasCall: false, carried: null };
  for (const [index, block] of blocks.entries()) writeBlock(block, blocks[index + 1], writing);
  return writing.parts;
}

function writeBlock(block: Block, next: Block | undefined, writing: Writing): void {
  const { parts, rules } = writing;
  switch (block.kind) {
    case "text":
      if (block.text !== "") parts.push({ text: block.text, ...extraFields(block) });
      return;
    case "refusal":
      parts.push({ text: block.text });
      return;
    case "reasoning":
      return writeReasoning(block, next, writing);
    case "tool_call":
      return writeCall(block, writing);
    case "media":
      return pushAny(parts, rules.mediaOf(block));
    case "opaque":
      return pushAny(parts, rules.opaqueOf(block));
    case "tool_result":
  }
}

function pushAny(parts: Draft[], part: Draft | null): void {
  if (part !== null) parts.push(part);
}

function writeReasoning(block: Extract<Block, { readonly kind: "reasoning" }>, next: Block | undefined, writing: Writing): void {
  const { parts, rules } = writing;
  const signature = block.seal === null ? null : rules.signatureOf(block.seal);
  if (block.text !== "") {
    const isSent = signature !== null || rules.isAnswer;
    if (isSent) parts.push({ text: block.text, thought: true, ...(signature !== null && { thoughtSignature: signature }) });
    else rules.losses?.hint("reasoning", FOREIGN_THOUGHTS);
    return;
  }
  if (block.seal !== null && signature === null) rules.losses?.hint("reasoning", FOREIGN_THOUGHTS);
  if (signature !== null) placeSignature(signature, next, writing);
}

/** A signature alone: it belongs to the part before it, or to the call that follows without one. */
function placeSignature(signature: string, next: Block | undefined, writing: Writing): void {
  const { parts, rules } = writing;
  const last = parts.at(-1);
  const isSignable = last !== undefined && takesSignature(last);
  const isOfCall = !rules.isAnswer && opensCalls(next, writing) && (rules.sentinel !== null || !isSignable);
  if (isOfCall) writing.carried = signature;
  else if (isSignable) last["thoughtSignature"] = signature;
  else parts.push({ text: "", thoughtSignature: signature });
}

/** The first call of the turn, whose own signature is lost: callers of other dialects can only keep it beside the call. */
function opensCalls(next: Block | undefined, { hasCall }: Writing): boolean {
  return next?.kind === "tool_call" && next.seal === null && !hasCall;
}

function takesSignature(part: Draft): boolean {
  return part["thoughtSignature"] === undefined && part["thought"] === undefined && !("functionCall" in part);
}

/** A call as the model made it; one whose arguments are no object is never told as a call without any. */
function writeCall(block: ToolCallBlock, writing: Writing): void {
  const { parts, rules } = writing;
  const args = argumentsOf(block);
  if (args === null && rules.isAnswer) return;
  if (args === null) rules.losses?.hint("tool_calls", NO_OBJECT_ARGUMENTS);
  const own = block.seal === null ? null : rules.signatureOf(block.seal);
  const signature = own ?? writing.carried ?? (writing.hasCall ? null : rules.sentinel);
  writing.hasCall = true;
  writing.carried = null;
  const functionCall = { id: block.id, name: rules.nameOf(block.name), args: args ?? {} };
  parts.push({ functionCall, ...(signature !== null && { thoughtSignature: signature }) });
}

/** The arguments as an object, verbatim; what a custom tool was given is its `input`. Null for what is no object. */
function argumentsOf({ arguments: text, form }: ToolCallBlock): RawJson | Draft | null {
  if (form === "custom") return { input: text };
  if (text.trim() === "") return {};
  return isObjectText(text) ? new RawJson(text) : null;
}

/**
 * What a function gave, as the object the API wants: its own text where that is an object and reads back the same, else under
 * `output`, where a list stands as one.
 */
export function writeResponse(text: string, isError: boolean): unknown {
  if (isError) return { error: text };
  const value = parseCompact(text);
  if (Array.isArray(value)) return { output: new RawJson(text) };
  return isRecord(value) && readsBack(value, text) ? new RawJson(text) : { output: text };
}

function readsBack(value: Body, text: string): boolean {
  const reading = readResponse(value);
  return reading.text === text && !reading.isError;
}

/** The object or list behind a JSON text as a serialiser writes it; null for any other text. */
function parseCompact(text: string): unknown {
  if (!text.startsWith("{") && !text.startsWith("[")) return null;
  try {
    const value = parseExact(text);
    return writeJson(value) === text ? value : null;
  } catch {
    return null;
  }
}
