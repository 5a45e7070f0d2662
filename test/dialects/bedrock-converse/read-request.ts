import { isRecord } from "../../../src/core/json/is-record.ts";
import type { Block, CacheMark, MediaBlock } from "../../../src/dialects/canonical/block.ts";
import {
  type ChatRequest,
  NO_SAMPLING,
  type Tool,
  type ToolChoice,
  type Turn,
} from "../../../src/dialects/canonical/chat-request.ts";
import { EMPTY } from "./asking.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A request of Converse in no dialect: what a caller of it would have meant. For recorded requests, which are well-formed. */
export function readRequest(body: Fields, family: string): ChatRequest {
  const {
    additionalModelRequestFields,
    inferenceConfig,
    messages,
    outputConfig,
    performanceConfig,
    serviceTier,
    system,
    toolConfig,
  } = body;
  const limits = fields(inferenceConfig);
  const own = fields(additionalModelRequestFields);
  const systemTurn: Turn = { role: "system", blocks: readBlocks(list(system), family) };
  return {
    ...EMPTY,
    turns: [...(systemTurn.blocks.length > 0 ? [systemTurn] : []), ...list(messages).map((message) => readTurn(message, family))],
    tools: readTools(list(fields(toolConfig)["tools"])),
    toolChoice: readChoice(fields(fields(toolConfig)["toolChoice"])),
    sampling: {
      ...NO_SAMPLING,
      maxOutputTokens: number(limits["maxTokens"]),
      temperature: number(limits["temperature"]),
      topP: number(limits["topP"]),
      topK: number(own["top_k"]),
      stop: (limits["stopSequences"] as readonly string[] | undefined) ?? [], // recorded
    },
    output: readOutput(fields(fields(fields(outputConfig)["textFormat"])["structure"])["jsonSchema"]),
    reasoning: readThinking(own),
    serviceTier: (fields(serviceTier)["type"] as string | undefined) ?? null, // recorded
    extra: { dialect: "bedrock-converse", fields: performanceConfig === undefined ? {} : { performanceConfig } },
  };
}

function readTurn(message: Fields, family: string): Turn {
  const role = message["role"] === "assistant" ? "assistant" : "user";
  return { role, blocks: readBlocks(list(message["content"]), family) };
}

/** A cache point is a mark on what stands before it. */
function readBlocks(blocks: readonly Fields[], family: string): readonly Block[] {
  const read: Block[] = [];
  for (const block of blocks) {
    const last = read.at(-1);
    if (block["cachePoint"] === undefined) read.push(readBlock(block, family));
    else if (last !== undefined) read[read.length - 1] = { ...last, cache: readMark(block) };
  }
  return read;
}

function readMark(block: Fields): CacheMark {
  return { ttl: (fields(block["cachePoint"])["ttl"] as string | undefined) ?? null }; // recorded
}

function readBlock(block: Fields, family: string): Block {
  const { document, image, reasoningContent, text, toolResult, toolUse } = block;
  if (typeof text === "string") return { kind: "text", text };
  if (isRecord(document)) return readMedia("file", document);
  if (isRecord(image)) return readMedia("image", image);
  if (isRecord(reasoningContent)) {
    const { signature, text: thought } = fields(reasoningContent["reasoningText"]);
    return {
      kind: "reasoning",
      text: String(thought),
      isSummary: false,
      seal: { family, form: "signature", data: String(signature), id: null },
    };
  }
  if (isRecord(toolUse) && toolUse["type"] !== "server_tool_use") {
    const { input, name, toolUseId } = toolUse;
    return {
      kind: "tool_call",
      id: String(toolUseId),
      name: String(name),
      form: "function",
      arguments: JSON.stringify(input),
      namespace: null,
      seal: null,
    };
  }
  if (isRecord(toolResult) && toolResult["type"] === undefined) {
    const content = readBlocks(list(toolResult["content"]), family).filter(
      (part) => part.kind === "text" || part.kind === "media",
    );
    return {
      kind: "tool_result",
      callId: String(toolResult["toolUseId"]),
      name: null,
      isError: toolResult["status"] === "error",
      content,
    };
  }
  return { kind: "opaque", dialect: "bedrock-converse", type: "server", raw: block };
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  txt: "text/plain",
  png: "image/png",
  jpeg: "image/jpeg",
};

function readMedia(media: MediaBlock["media"], { format, name, source }: Fields): MediaBlock {
  const { bytes, s3Location } = fields(source);
  return {
    kind: "media",
    media,
    mimeType: MIME_TYPES[String(format)] ?? null,
    source: typeof bytes === "string" ? { kind: "base64", data: bytes } : { kind: "url", url: String(fields(s3Location)["uri"]) },
    name: typeof name === "string" ? name : null,
    detail: null,
  };
}

function readTools(tools: readonly Fields[]): readonly Tool[] {
  const read: Tool[] = [];
  for (const { cachePoint, systemTool, toolSpec } of tools) {
    const last = read.at(-1);
    if (isRecord(systemTool)) read.push({ kind: "server", dialect: "bedrock-converse", type: "system", raw: { systemTool } });
    else if (isRecord(toolSpec)) {
      const { description, inputSchema, name, strict } = toolSpec;
      read.push({
        kind: "function",
        name: String(name),
        description: typeof description === "string" ? description : null,
        schema: fields(inputSchema)["json"],
        strict: typeof strict === "boolean" ? strict : null,
      });
    } else if (cachePoint !== undefined && last?.kind === "function") read[read.length - 1] = { ...last, cache: { ttl: null } };
  }
  return read;
}

function readChoice({ any, auto, tool }: Fields): ToolChoice | null {
  if (isRecord(tool)) return { kind: "tool", name: String(tool["name"]) };
  if (any !== undefined) return { kind: "required" };
  return auto === undefined ? null : { kind: "auto" };
}

function readOutput(schema: unknown): ChatRequest["output"] {
  if (!isRecord(schema)) return null;
  const { description, name } = schema;
  return {
    kind: "json_schema",
    name: typeof name === "string" ? name : null,
    description: typeof description === "string" ? description : null,
    schema: JSON.parse(String(schema["schema"])),
    strict: true,
  };
}

function readThinking({ reasoning_config, reasoning_effort, thinking }: Fields): ChatRequest["reasoning"] {
  const { budget_tokens, type } = fields(thinking);
  const wish = { effort: null, budgetTokens: null, visible: null, adaptive: false };
  if (type === "adaptive") return { ...wish, adaptive: true };
  if (type === "enabled") return { ...wish, budgetTokens: Number(budget_tokens) };
  const effort = reasoning_effort ?? reasoning_config;
  return effort === "low" || effort === "medium" || effort === "high" ? { ...wish, effort } : null;
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
