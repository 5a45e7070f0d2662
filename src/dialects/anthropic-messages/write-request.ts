import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { UpstreamModel, WrittenRequest } from "../dialect.ts";
import { limitCacheMarks } from "./cache-marks.ts";
import { BETA_HEADER, VERSION_HEADER } from "./identity.ts";
import { writeOutput, type WrittenOutput } from "./write-output.ts";
import { writeSampling } from "./write-sampling.ts";
import { writeThinking } from "./write-thinking.ts";
import { writeExtra, writeToolChoice, writeTools, type WrittenTools } from "./write-tools.ts";
import { type WireMessage, writeConversation } from "./write-turns.ts";
import { type Wire, Writing } from "./writing.ts";

/** Turns system messages between others on where they are not part of the API version. */
const MID_SYSTEM_BETA = "mid-conversation-system-2026-04-07";

/**
 * A request in no dialect → a body for `/messages`, the same one every time: prompt caches depend on it.
 * @throws FairleadError `invalid_value` for a tool result that answers no call, `missing_field` where no message is left
 * @see https://docs.anthropic.com/en/api/messages
 */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const writing = new Writing(request, upstream);
  const { body, customTools, forcedTool, betas } = writeBody(writing);
  const headers: Record<string, string> = { [VERSION_HEADER]: upstream.quirks.anthropicVersion };
  if (betas !== "") headers[BETA_HEADER] = betas;
  return {
    body: writeJson(body),
    headers,
    losses: writing.losses,
    restore: { names: writing.names.restored, forcedTool, customTools },
  };
}

/** What a count of tokens depends on. */
const COUNTED_FIELDS = [
  "model",
  "system",
  "messages",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "cache_control",
  "mcp_servers",
  "context_management",
  "speed",
] as const;

/** The same request as a body for `/messages/count_tokens`. @throws FairleadError as `writeRequest` */
export function writeCountRequest(request: ChatRequest, upstream: UpstreamModel): string {
  const { body } = writeBody(new Writing(request, upstream));
  return writeJson(Object.fromEntries(COUNTED_FIELDS.filter((name) => name in body).map((name) => [name, body[name]])));
}

interface WrittenBody {
  readonly body: Wire;
  readonly customTools: ReadonlySet<string>;
  readonly forcedTool: string | null;
  /** The value of the beta header; empty where there is none. */
  readonly betas: string;
}

function writeBody(writing: Writing): WrittenBody {
  const { request, upstream } = writing;
  const { messages, system: asked } = writeConversation(writing);
  // What cannot be told is the better reason, where that is why nothing is left.
  if (messages.length === 0 && !writing.losses.some(({ severity }) => severity === "meaning"))
    refuse("missing_field", "Nothing is left to send: a user message with content is needed.", "messages");
  const output = writeOutput(writing);
  const { customTools, tools, forcedTool, toolChoice } = chooseTools(writing, output);
  const { effort, maxTokens, thinking } = writeThinking(writing, { messages, toolChoice });
  const isThinking = thinking !== null && thinking["type"] !== "disabled";
  const system = output.hint === null ? asked : [...asked, { type: "text", text: output.hint }];
  limitCacheMarks([...tools, ...system, ...messages.flatMap(({ content }) => content)], writing);
  const body = present({
    model: upstream.model,
    max_tokens: maxTokens,
    stream: request.stream ? true : null,
    system,
    messages: messages.map(({ content, own, role }) => ({ role, content, ...own })),
    tools,
    tool_choice: toolChoice,
    thinking,
    output_config: present({ effort, format: output.format }),
    ...writeSampling(writing, isThinking),
    ...writeBookkeeping(writing),
  });
  const { [BETA_HEADER]: betas, ...extra } = writeExtra(writing);
  return { body: merge(body, extra), customTools, forcedTool, betas: betasOf(betas, messages, writing) };
}

/** What says something: no null, no empty list or object. */
function present(fields: Wire): Wire {
  const entries = Object.entries(fields).filter(
    ([, value]) => value !== null && (typeof value !== "object" || Object.keys(value).length > 0),
  );
  return Object.fromEntries(entries);
}

interface ChosenTools extends WrittenTools {
  readonly forcedTool: string | null;
  readonly toolChoice: Wire | null;
}

/** The caller's tools and, where one stands for the form of the answer, that one. */
function chooseTools(writing: Writing, { tool }: WrittenOutput): ChosenTools {
  const { customTools, tools } = writeTools(writing);
  const hasTools = tools.length > 0;
  if (tool === null) {
    return { customTools, tools, forcedTool: null, toolChoice: writeToolChoice(writing, { forcedTool: null, hasTools }) };
  }
  const forcedTool = tool.name;
  return {
    customTools,
    tools: [...tools, { ...tool }],
    forcedTool,
    toolChoice: writeToolChoice(writing, { forcedTool, hasTools }),
  };
}

/** What changes cost and bookkeeping alone. */
function writeBookkeeping(writing: Writing): Wire {
  const { cache, metadata, promptCacheKey, user, verbosity } = writing.request;
  if (metadata !== null) writing.hint("metadata", "anthropic has no metadata but the user's id");
  if (promptCacheKey !== null) writing.hint("prompt_cache_key", "anthropic has no prompt cache key");
  if (verbosity !== null) writing.hint("verbosity", "anthropic has no verbosity");
  return {
    ...(user === null ? {} : { metadata: { user_id: user } }),
    ...writeTier(writing),
    ...(cache === null ? {} : { cache_control: writing.cacheControl(cache) }),
  };
}

const TIERS: ReadonlyMap<string, string> = new Map([
  ["auto", "auto"],
  ["default", "standard_only"],
]);

function writeTier(writing: Writing): Wire {
  const { serviceTier } = writing.request;
  if (serviceTier === null) return {};
  const tier = writing.isOwn ? serviceTier : TIERS.get(serviceTier);
  if (tier !== undefined) return { service_tier: tier };
  writing.hint("service_tier", "anthropic has no such service tier");
  return {};
}

/** Unknown fields of the caller's; those inside an object that is written join it. */
function merge(body: Wire, extra: Readonly<Record<string, unknown>>): Wire {
  const merged = { ...body };
  for (const [name, value] of Object.entries(extra)) {
    const known = merged[name];
    const isJoined = (name === "output_config" || name === "metadata") && isRecord(known) && isRecord(value);
    merged[name] = isJoined ? { ...known, ...value } : value;
  }
  return merged;
}

function betasOf(asked: unknown, messages: readonly WireMessage[], writing: Writing): string {
  const betas = typeof asked === "string" && asked !== "" ? [asked] : [];
  const hasMidSystem = messages.some(({ role }) => role === "system");
  if (hasMidSystem && !writing.isNew && !betas.some((value) => value.includes(MID_SYSTEM_BETA))) betas.push(MID_SYSTEM_BETA);
  return betas.join(",");
}
