import type { Capability } from "../../core/capability.ts";
import type { Loss } from "../dialect.ts";
import type { Block, MediaBlock } from "./block.ts";
import type { ChatRequest } from "./chat-request.ts";

/** Something a request uses, by the field it stands in and the capability that serves it. */
interface Need {
  readonly feature: string;
  readonly capability: Capability;
}

/**
 * The first thing a request uses that a model has not, as a loss; null when it has them all. What
 * only helps (a thinking effort, a cache mark) is not needed: it is dropped with a warning when it is written.
 */
export function missingCapability(request: ChatRequest, has: (capability: Capability) => boolean): Loss | null {
  const need = needsOf(request).find(({ capability }) => !has(capability));
  if (need === undefined) return null;
  return { ...need, severity: "meaning", reason: `the model has no ${need.capability}` };
}

function needsOf(request: ChatRequest): readonly Need[] {
  const needs: Need[] = [];
  if (request.tools.some(({ kind }) => kind !== "server")) needs.push({ feature: "tools", capability: "tools" });
  if (request.output !== null) needs.push({ feature: "output_format", capability: request.output.kind });
  if (request.sampling.logprobs === true) needs.push({ feature: "logprobs", capability: "logprobs" });
  if (request.modalities.includes("audio")) needs.push({ feature: "modalities", capability: "audio_output" });
  if (request.modalities.includes("image")) needs.push({ feature: "modalities", capability: "image_output" });
  for (const { blocks } of request.turns) for (const block of blocks) collectMedia(block, needs);
  return needs;
}

const CAPABILITY_OF_MEDIA: Readonly<Record<MediaBlock["media"], Capability>> = {
  image: "vision",
  audio: "audio_input",
  video: "video",
  file: "files",
};

function collectMedia(block: Block, needs: Need[]): void {
  if (block.kind === "media") needs.push({ feature: `media.${block.media}`, capability: CAPABILITY_OF_MEDIA[block.media] });
  if (block.kind === "tool_result") for (const part of block.content) collectMedia(part, needs);
}
