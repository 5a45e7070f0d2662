import { isRecord } from "../../core/json/is-record.ts";
import { exactBody } from "../canonical/exact-body.ts";
import type { Block } from "../canonical/block.ts";
import type { ChatRequest, Turn } from "../canonical/chat-request.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { DecodedRequest } from "../dialect.ts";
import { type CallIds, createCallIds } from "./call-ids.ts";
import { type Body, listOf, member, restOf, textOf } from "./member.ts";
import { readGeneration } from "./read-generation.ts";
import { joinParts, readPart } from "./read-parts.ts";
import { callingConfig, readTools } from "./read-tools.ts";
import { readSignature } from "./seal.ts";

/**
 * A `generateContent` or `countTokens` request in no dialect. Both spellings of a name are read, a single object where a list
 * is declared as well. @throws FairleadError 400 naming the field @see https://ai.google.dev/api/generate-content
 */
export function readRequest(asked: DecodedRequest): ChatRequest {
  const whole = exactBody(asked);
  const inner = asked.operation === "count_tokens" ? member(whole, "generateContentRequest") : undefined;
  const body = isRecord(inner) ? inner : whole;
  const { tools, choice } = readTools(body);
  const { modalities, output, reasoning, rest, sampling } = readGeneration(member(body, "generationConfig"));
  return {
    stream: asked.stream,
    turns: [...readSystem(member(body, "systemInstruction")), ...readContents(listOf(body["contents"]))],
    tools,
    toolChoice: choice,
    parallelTools: null,
    sampling,
    choices: asked.choices,
    output,
    modalities,
    reasoning,
    verbosity: null,
    serviceTier: textOf(member(body, "serviceTier")),
    user: null,
    metadata: readLabels(member(body, "labels")),
    promptCacheKey: null,
    cache: null,
    extra: { dialect: "gemini", fields: readExtra(body, rest) },
  };
}

export const KNOWN: ReadonlySet<string> = new Set([
  "model",
  "contents",
  "systemInstruction",
  "tools",
  "toolConfig",
  "generationConfig",
  "labels",
  "serviceTier",
]);
const CALLING: ReadonlySet<string> = new Set(["mode", "allowedFunctionNames"]);
const CALLING_CONFIG: ReadonlySet<string> = new Set(["functionCallingConfig"]);

/** What only this API knows, by its path in the body: `generationConfig.speechConfig`. */
function readExtra(body: Body, generation: Body | null): Body {
  const config = member(body, "toolConfig");
  return Object.fromEntries([
    ...at("", restOf(body, KNOWN)),
    ...at("generationConfig.", generation),
    ...at("toolConfig.", isRecord(config) ? restOf(config, CALLING_CONFIG) : null),
    ...at("toolConfig.functionCallingConfig.", restOf(callingConfig(body), CALLING)),
  ]);
}

function at(path: string, fields: Body | null): readonly (readonly [string, unknown])[] {
  return Object.entries(fields ?? {}).map(([name, value]) => [path + name, value]);
}

function readLabels(labels: unknown): Readonly<Record<string, string>> | null {
  if (!isRecord(labels)) return null;
  return Object.fromEntries(Object.entries(labels).filter((label): label is [string, string] => typeof label[1] === "string"));
}

function readSystem(instruction: unknown): readonly Turn[] {
  if (!isRecord(instruction)) return [];
  const blocks = readBlocks(instruction, "systemInstruction", createCallIds()).flat();
  return blocks.length === 0 ? [] : [{ role: "system", blocks }];
}

/** Contents of the model that follow one another are one turn: SDKs keep a stream as it came, chunk by chunk. */
function readContents(contents: readonly unknown[]): readonly Turn[] {
  const ids = createCallIds();
  const turns: Turn[] = [];
  let answer: (readonly Block[])[] = [];
  const flush = (): void => {
    if (answer.length > 0) turns.push({ role: "assistant", blocks: joinParts(answer) });
    answer = [];
  };
  for (const [index, content] of contents.entries()) {
    if (!isRecord(content)) continue;
    const parts = readBlocks(content, `contents[${index}]`, ids);
    if (textOf(content["role"])?.toLowerCase() === "model") {
      answer.push(...parts);
    } else {
      flush();
      turns.push({ role: "user", blocks: resultsFirst(parts.flat()) });
    }
  }
  flush();
  return turns;
}

function readBlocks(content: Body, path: string, ids: CallIds): readonly (readonly Block[])[] {
  return listOf(content["parts"]).map((part, index) => {
    if (!isRecord(part)) return [];
    const place = `${path}.parts[${index}]`;
    checkNames(part, place);
    return readPart(part, {
      sealOf: readSignature,
      callId: (name, id) => ids.call(name, id),
      answeredId: (name, id) => ids.answered(name, id, place),
    });
  });
}

/** A call or a result must say which function it is of. */
function checkNames(part: Body, path: string): void {
  for (const kind of ["functionCall", "functionResponse"] as const) {
    const value = member(part, kind);
    if (!isRecord(value) || textOf(value["name"]) !== null) continue;
    refuse("missing_field", `'${path}.${kind}.name' is required.`, `${path}.${kind}.name`);
  }
}

function resultsFirst(blocks: readonly Block[]): readonly Block[] {
  const results = blocks.filter(({ kind }) => kind === "tool_result");
  return results.length === 0 ? blocks : [...results, ...blocks.filter(({ kind }) => kind !== "tool_result")];
}
