import { writeJson } from "../../core/json/exact-json.ts";
import type { Block } from "../canonical/block.ts";
import type { ChatRequest, Turn } from "../canonical/chat-request.ts";
import { NOTHING_TO_RESTORE } from "../canonical/restore.ts";
import type { Loss, UpstreamModel, WrittenRequest } from "../dialect.ts";

type Fields = Readonly<Record<string, unknown>>;

const MAX_STOPS = 4;

/** One text to be gone on with: all that this dialect can say of a conversation. */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const { extra, sampling, stream, turns } = request;
  const isOwn = extra.dialect === "openai-completions";
  const body = filled({
    model: upstream.model,
    prompt: turns.flatMap(({ blocks }) => blocks.flatMap(textOf)).join("\n\n"),
    max_tokens: sampling.maxOutputTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    stop: sampling.stop.length > 0 ? sampling.stop.slice(0, MAX_STOPS) : null,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    logit_bias: sampling.logitBias,
    user: isOwn ? request.user : null,
    stream: stream ? true : null,
    stream_options: stream && upstream.quirks.streamUsage ? { include_usage: true } : null,
    ...(isOwn ? extra.fields : {}),
  });
  const losses = [...meaningLosses(request), ...hintLosses(request, isOwn)];
  return { body: writeJson(body), headers: {}, losses, restore: NOTHING_TO_RESTORE };
}

function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function textOf(block: Block): readonly string[] {
  return block.kind === "text" ? [block.text] : [];
}

function lossesOf(severity: Loss["severity"], features: Readonly<Record<string, boolean>>): readonly Loss[] {
  const lost = Object.entries(features).filter(([, isLost]) => isLost);
  return lost.map(([feature]) => ({ feature, severity, reason: `openai-completions has no ${feature}`, capability: null }));
}

/** What makes a request more than one text of one speaker. */
function meaningLosses({ choices, modalities, output, sampling, tools, turns }: ChatRequest): readonly Loss[] {
  const kinds = new Set(turns.flatMap(({ blocks }) => blocks.map(nameOf)));
  kinds.delete("text");
  return lossesOf("meaning", {
    messages: turns.length !== 1 || turns.some(isSpoken),
    ...Object.fromEntries([...kinds].map((kind) => [kind, true])),
    tools: tools.length > 0,
    output_format: output !== null,
    modalities: modalities.length > 0,
    choices: choices > 1,
    logprobs: sampling.logprobs === true,
    top_k: sampling.topK !== null,
    stop: sampling.stop.length > MAX_STOPS,
  });
}

function isSpoken({ blocks, role }: Turn): boolean {
  return role !== "user" || blocks.length !== 1;
}

/** The feature a block that is no text is lost as. */
function nameOf(block: Block): string {
  switch (block.kind) {
    case "text":
    case "refusal":
    case "reasoning":
      return block.kind === "refusal" ? "refusal" : "text";
    case "media":
      return `media.${block.media}`;
    case "opaque":
      return `opaque.${block.type}`;
    case "tool_call":
    case "tool_result":
      return "tools";
  }
}

function hintLosses(request: ChatRequest, isOwn: boolean): readonly Loss[] {
  const { cache, extra, metadata, promptCacheKey, reasoning, serviceTier, turns, user, verbosity } = request;
  const hasMarks = turns.some(({ blocks }) => blocks.some((block) => block.cache !== undefined));
  const foreign = isOwn ? [] : Object.keys(extra.fields);
  return lossesOf("hint", {
    reasoning: reasoning !== null,
    verbosity: verbosity !== null,
    service_tier: serviceTier !== null,
    user: user !== null && !isOwn,
    metadata: metadata !== null,
    prompt_cache_key: promptCacheKey !== null,
    cache_marks: cache !== null || hasMarks,
    names: turns.some(({ name }) => name !== undefined),
    ...Object.fromEntries(foreign.map((name) => [`extra.${name}`, true])),
  });
}
