import type { Block, Extra } from "../canonical/block.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import { DIALECT } from "./read-block.ts";
import type { WireBlock, Writing } from "./writing.ts";

const TIERS: ReadonlySet<string> = new Set(["default", "flex", "priority", "reserved"]);
const METADATA_KEY = /^[A-Za-z0-9\s:_@$#=/+,.-]{1,256}$/;
const METADATA_VALUE = /^[A-Za-z0-9\s:_@$#=/+,.-]{0,256}$/;
const METADATA_ENTRIES = 16;

/**
 * What is said of a request beside what is asked; what cannot be said is noted.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function writeMetadata(writing: Writing): WireBlock {
  noteUntold(writing);
  const serviceTier = writeTier(writing);
  const requestMetadata = writeEntries(writing);
  return {
    ...(serviceTier !== null && { serviceTier: { type: serviceTier } }),
    ...(Object.keys(requestMetadata).length > 0 && { requestMetadata }),
  };
}

function noteUntold({ losses, request }: Writing): void {
  if (request.verbosity !== null) losses.hint("verbosity", "bedrock-converse has no verbosity");
  if (request.promptCacheKey !== null) losses.hint("prompt_cache_key", "bedrock-converse has no prompt_cache_key");
  for (const modality of request.modalities) {
    if (modality === "audio") losses.meaning("modalities", "bedrock-converse gives no audio", "audio_output");
    else if (modality !== "text")
      losses.meaning("modalities", `bedrock-converse cannot be asked for ${modality}`, "image_output");
  }
  for (const extra of extrasOf(request)) {
    for (const field of fieldsOf(extra)) losses.hint(`extra.${field}`, `bedrock-converse has no ${field}`);
  }
}

/** Fields that only the caller's own dialect knows, wherever they stand. */
function extrasOf({ extra, tools, turns }: ChatRequest): readonly (Extra | undefined)[] {
  const blocks = turns.flatMap<Block>((turn) => turn.blocks);
  const parts = blocks.flatMap<Block>((block) => (block.kind === "tool_result" ? block.content : []));
  const functions = tools.filter((tool) => tool.kind === "function");
  return [extra, ...[...functions, ...turns, ...blocks, ...parts].map((holder) => holder.extra)];
}

function fieldsOf(extra: Extra | undefined): readonly string[] {
  return extra === undefined || extra.dialect === DIALECT ? [] : Object.keys(extra.fields);
}

function writeTier({ losses, request }: Writing): string | null {
  const { serviceTier } = request;
  if (serviceTier === null || serviceTier === "auto") return null;
  if (serviceTier === "standard_only") return "default";
  if (TIERS.has(serviceTier)) return serviceTier;
  losses.hint("service_tier", `bedrock-converse has no tier ${serviceTier}`);
  return null;
}

function writeEntries({ losses, request }: Writing): Readonly<Record<string, string>> {
  const entries: Record<string, string> = {};
  const add = (feature: "user" | "metadata", key: string, value: string): void => {
    const isLegal = METADATA_KEY.test(key) && METADATA_VALUE.test(value) && Object.keys(entries).length < METADATA_ENTRIES;
    if (isLegal) entries[key] = value;
    else losses.hint(feature, "bedrock-converse takes 16 short entries of plain characters");
  };
  if (request.user !== null) add("user", "user", request.user);
  for (const [key, value] of Object.entries(request.metadata ?? {})) add("metadata", key, value);
  return entries;
}
