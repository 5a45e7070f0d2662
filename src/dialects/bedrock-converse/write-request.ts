import { writeJson } from "../../core/json/exact-json.ts";
import type { ChatRequest } from "../canonical/chat-request.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { UpstreamModel, WrittenRequest } from "../dialect.ts";
import { DIALECT } from "./read-block.ts";
import { limitCachePoints } from "./write-cache.ts";
import { writeInference, type WrittenInference } from "./write-inference.ts";
import { type Conversation, hasToolBlocks, writeMessages } from "./write-messages.ts";
import { writeMetadata } from "./write-metadata.ts";
import { writeOutput, type WrittenOutput } from "./write-output.ts";
import { writeThinking } from "./write-thinking.ts";
import { writeTools, type WrittenTools } from "./write-tools.ts";
import { beginWriting, type WireBlock, type Writing } from "./writing.ts";

/** Everything of a request that its parts became. */
interface Parts {
  readonly writing: Writing;
  readonly conversation: Conversation;
  readonly output: WrittenOutput;
  readonly tools: WrittenTools;
  readonly inference: WrittenInference;
  readonly modelFields: WireBlock;
}

/**
 * A request as Converse and ConverseStream take it.
 * @throws FairleadError `invalid_value` for a tool result that answers no call, `missing_field` where no message is left
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const parts = writeParts(request, upstream);
  const { output, tools, writing } = parts;
  const { losses, names } = writing;
  const metadata = writeMetadata(writing);
  const extra = request.extra.dialect === DIALECT ? request.extra.fields : {};
  const body = writeJson({ ...writeBody(parts), ...metadata, ...extra });
  const restore = { names: names.restored, forcedTool: output.tool?.name ?? null, customTools: tools.customTools };
  return { body, headers: {}, losses: losses.list, restore };
}

/**
 * The request whose input tokens are counted: what is not input is not taken there.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
export function writeCountRequest(request: ChatRequest, upstream: UpstreamModel): string {
  const { additionalModelRequestFields, messages, system, toolConfig } = writeBody(writeParts(request, upstream));
  return writeJson({ input: { converse: { messages, system, toolConfig, additionalModelRequestFields } } });
}

function writeParts(request: ChatRequest, upstream: UpstreamModel): Parts {
  const writing = beginWriting(request, upstream);
  const conversation = writeMessages(writing);
  const { messages, system } = conversation;
  // What cannot be told is the better reason, where that is why nothing is left.
  if (messages.length === 0 && !writing.losses.list.some(({ severity }) => severity === "meaning"))
    refuse("missing_field", "Nothing is left to send: a user message with content is needed.", "messages");
  const output = writeOutput(writing);
  if (output.system !== null) system.push(output.system);
  const tools = writeTools({ hasHistory: hasToolBlocks(messages), output: output.tool }, writing);
  limitCachePoints([tools.tools, system, ...messages.map(({ content }) => content)], writing);
  const thinking = writeThinking({ messages, isToolForced: tools.force.kind !== "none" }, writing);
  const inference = writeInference(thinking, writing);
  const modelFields = { ...thinking.fields, ...inference.fields, ...writeSerialCalls(tools, writing) };
  return { writing, conversation, output, tools, inference, modelFields };
}

/** Members that are undefined are not written. */
function writeBody({ conversation, inference, modelFields, output, tools }: Parts): WireBlock {
  const { messages, system } = conversation;
  return {
    messages,
    system: orAbsent(system, system.length),
    inferenceConfig: orAbsent(inference.config, Object.keys(inference.config).length),
    toolConfig: orAbsent({ tools: tools.tools, ...writeChoice(tools, modelFields) }, tools.tools.length),
    additionalModelRequestFields: orAbsent(modelFields, Object.keys(modelFields).length),
    additionalModelResponseFieldPaths: orAbsent(inference.responsePaths, inference.responsePaths.length),
    outputConfig: output.outputConfig ?? undefined,
  };
}

function orAbsent(value: unknown, size: number): unknown {
  return size === 0 ? undefined : value;
}

/** `auto` is what every model does by itself, and some refuse to be told. The model's own field says it all. */
function writeChoice({ force }: WrittenTools, modelFields: WireBlock): WireBlock {
  if (modelFields["tool_choice"] !== undefined) return {};
  switch (force.kind) {
    case "none":
      return {};
    case "any":
      return { toolChoice: { any: {} } };
    case "tool":
      return { toolChoice: { tool: { name: force.name } } };
  }
}

/** One call at a time: only Anthropic's models can be told, in a field of their own. */
function writeSerialCalls({ force, tools }: WrittenTools, { losses, request, vendor }: Writing): WireBlock {
  if (request.parallelTools !== false || tools.length === 0) return {};
  if (vendor !== "anthropic") {
    losses.hint("parallel_tools", "bedrock-converse cannot forbid parallel calls");
    return {};
  }
  const choice =
    force.kind === "none" ? { type: "auto" } : { type: force.kind, ...(force.kind === "tool" && { name: force.name }) };
  return { tool_choice: { ...choice, disable_parallel_tool_use: true } };
}
