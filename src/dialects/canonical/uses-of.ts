import type { Used } from "../../core/access/access.ts";
import type { DecodedRequest, Surface } from "../dialect.ts";
import type { Block, MediaBlock } from "./block.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { Held, Rest } from "./held.ts";

/** What a surface says of its chats for callers who may not use everything. */
export interface UseRules {
  /** Goes through a body and leaves over what turns something on that the chat in no dialect does not show, or that nobody here knows. */
  readonly plain: Held;
  /** What is left over and known: by its place, `[]` for any position, what it turns on. */
  readonly uses: Readonly<Record<string, Used>>;
}

/** What a request turns on, beside a stream. `chat` is null where it is none, or cannot be read as one. */
export function usesOf(asked: DecodedRequest, chat: ChatRequest | null, surface: Surface): readonly Used[] {
  const isEmbeddings = asked.operation === "embeddings";
  const { plain, uses } = isEmbeddings ? { plain: surface.embeddings?.plain, uses: {} } : surface.useRules;
  if (plain === undefined || (!isEmbeddings && chat === null)) return ["unknown"];
  const rest: Rest = [];
  plain(asked.body, "", rest);
  const left = rest.map(([place]) => useAt(place.replaceAll(/\[\d+\]/g, "[]"), uses));
  return chat === null ? left : [...left, ...chatUses(chat)];
}

function useAt(place: string, uses: UseRules["uses"]): Used {
  return (Object.hasOwn(uses, place) ? uses[place] : undefined) ?? "unknown";
}

const USE_OF_MEDIA: ReadonlyMap<string, Used> = new Map([
  ["image", "images"],
  ["audio", "audio"],
]);

function chatUses({ modalities, output, reasoning, tools, turns }: ChatRequest): readonly Used[] {
  const uses: Used[] = modalities.map((modality) => USE_OF_MEDIA.get(modality) ?? "unknown");
  if (tools.length > 0) uses.push("tools");
  if (output?.kind === "json_schema") uses.push("jsonSchema");
  if (reasoning !== null) uses.push("reasoning");
  for (const { blocks } of turns) for (const block of blocks) collectUses(block, uses);
  return uses;
}

function collectUses(block: Block, uses: Used[]): void {
  if (block.kind === "opaque") uses.push("unknown");
  if (block.kind === "media") uses.push(mediaUse(block));
  if (block.kind === "tool_result") for (const part of block.content) collectUses(part, uses);
}

/** Some backends read a PDF or a sound that is sent as an image for what it is. */
function mediaUse({ media, mimeType }: MediaBlock): Used {
  const isWhatItSays = mimeType === null || mimeType.toLowerCase().startsWith(`${media}/`);
  return (isWhatItSays ? USE_OF_MEDIA.get(media) : undefined) ?? "files";
}
