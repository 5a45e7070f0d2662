import { writeJson } from "../../core/json/exact-json.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import { refuse } from "../canonical/check-fields.ts";
import { createToolNames, type ToolNames } from "../canonical/names.ts";
import type { UpstreamModel, WrittenRequest } from "../dialect.ts";
import { createLosses, type Losses } from "./losses.ts";
import { type ModelTraits, traitsOf } from "./model-traits.ts";
import { writeHistory, type WrittenHistory } from "./write-contents.ts";
import { writeGeneration } from "./write-generation.ts";
import type { Draft } from "./write-media.ts";
import { FUNCTION_NAME, writeTools } from "./write-tools.ts";

/**
 * A chat request as `generateContent` has it. Unknown fields make the API refuse a request, so only a caller of this API has
 * its own written back. The same request gives the same text. @throws FairleadError 400 for a result that answers no
 * call, and where no content is left
 * @see https://ai.google.dev/api/generate-content
 */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const losses = createLosses();
  const names = createToolNames(FUNCTION_NAME);
  const traits = traitsOf(upstream.model);
  const { contents, systemInstruction } = historyOf(request, { upstream, losses, names, traits });
  const { customTools, toolConfig, tools } = writeTools(request, { names, losses });
  const generationConfig = writeGeneration(request, { upstream, traits, losses });
  const body: Draft = {
    ...(systemInstruction !== null && { systemInstruction }),
    ...(tools !== null && { tools }),
    ...(toolConfig !== null && { toolConfig }),
    contents,
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  };
  if (request.extra.dialect === "gemini") writeOwn(request, body);
  else noteForeign(request, losses);
  noteHints(request, losses);
  return {
    body: writeJson(body),
    headers: {},
    losses: losses.list,
    restore: { names: names.restored, forcedTool: null, customTools },
  };
}

interface Rules {
  readonly upstream: UpstreamModel;
  readonly losses: Losses;
  readonly names: ToolNames;
  readonly traits: ModelTraits;
}

/** The turns of a request as `contents`. */
function historyOf(request: ChatRequest, { losses, names, traits, upstream }: Rules): WrittenHistory {
  const history = writeHistory(request.turns, {
    losses,
    traits,
    family: upstream.family,
    isNativeCaller: request.extra.dialect === "gemini",
    nameOf: (name) => names.mangle(name),
  });
  if (history.contents.length === 0)
    refuse("missing_field", "Nothing is left to send: a user message with content is needed.", "messages");
  return history;
}

/** What is counted instead of sent, in the one form that both of the API's hosts take: `contents` alone. */
export function writeCount(request: ChatRequest, upstream: UpstreamModel): string {
  const losses = createLosses();
  const names = createToolNames(FUNCTION_NAME);
  const { contents, systemInstruction } = historyOf(request, { upstream, losses, names, traits: traitsOf(upstream.model) });
  const { tools } = writeTools(request, { names, losses });
  const parts = [...(systemInstruction?.parts ?? []), ...(tools === null ? [] : [{ text: writeJson(tools) }])];
  return writeJson({ contents: parts.length === 0 ? contents : [{ role: "user", parts }, ...contents] });
}

/** Fields that only this API knows, each at the path it was read from. */
function writeOwn({ extra, metadata, serviceTier }: ChatRequest, body: Draft): void {
  if (metadata !== null) body["labels"] = metadata;
  if (serviceTier !== null) body["serviceTier"] = serviceTier;
  for (const [path, value] of Object.entries(extra.fields)) {
    const names = path.split(".");
    const last = names.pop() ?? path;
    let place = body;
    for (const name of names) {
      const inner: Draft = { ...(place[name] as Draft | undefined) }; // written above, or here: always an object
      place[name] = inner;
      place = inner;
    }
    place[last] = value;
  }
}

function noteForeign({ extra, metadata, serviceTier }: ChatRequest, losses: Losses): void {
  if (metadata !== null) losses.hint("metadata", "gemini takes no metadata");
  if (serviceTier !== null) losses.hint("service_tier", "tiers of service have other names at each provider");
  for (const field of Object.keys(extra.fields)) losses.hint(`extra.${field}`, "gemini does not know this field");
}

function noteHints(request: ChatRequest, losses: Losses): void {
  const { cache, choices, promptCacheKey, user, verbosity } = request;
  if (choices > 1) losses.meaning("choices", "one choice is translated at a time");
  if (verbosity !== null) losses.hint("verbosity", "gemini has no verbosity");
  if (user !== null) losses.hint("user", "gemini takes no id of a user");
  if (promptCacheKey !== null) losses.hint("prompt_cache_key", "gemini caches without a key");
  const marked = request.turns.some(({ blocks }) => blocks.some((block) => block.cache !== undefined));
  const isTool = request.tools.some((tool) => tool.kind === "function" && tool.cache !== undefined);
  if (cache !== null || marked || isTool) losses.hint("cache_marks", "gemini caches without marks");
}
