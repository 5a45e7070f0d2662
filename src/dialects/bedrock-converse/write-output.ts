import { writeJson } from "../../core/json/exact-json.ts";
import { NAME_64 } from "../canonical/names.ts";
import type { OutputFormat } from "../canonical/chat-request.ts";
import type { ToolScope } from "./write-tools.ts";
import type { WireBlock, Writing } from "./writing.ts";

type SchemaFormat = Extract<OutputFormat, { readonly kind: "json_schema" }>;

/** How the asked output format is told: a field, a tool, or words. */
export interface WrittenOutput {
  readonly outputConfig: WireBlock | null;
  readonly tool: ToolScope["output"];
  /** An instruction for the model. */
  readonly system: WireBlock | null;
}

const PLAIN: WrittenOutput = { outputConfig: null, tool: null, system: null };
const JSON_ONLY: WireBlock = { text: "Answer with one JSON object and nothing else." };

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
export function writeOutput(writing: Writing): WrittenOutput {
  const { losses, request, upstream } = writing;
  switch (request.output?.kind) {
    case undefined:
      return PLAIN;
    case "json_object":
      losses.meaning("output_format", "bedrock-converse can only be told in words to answer in JSON", "json_object");
      return { ...PLAIN, system: JSON_ONLY };
    case "json_schema":
      if (upstream.capabilities?.has("json_schema") !== false) return { ...PLAIN, outputConfig: writeSchema(request.output) };
      // A model made to call one of the caller's tools gives no text that could have a format.
      return isCallForced(writing) ? PLAIN : { ...PLAIN, tool: { name: outputToolName(writing), schema: request.output.schema } };
  }
}

function writeSchema({ description, name, schema }: SchemaFormat): WireBlock {
  const jsonSchema = {
    schema: writeJson(schema ?? { type: "object" }),
    ...(name !== null && NAME_64.pattern.test(name) && { name }),
    ...(description !== null && description.trim() !== "" && { description }),
  };
  return { textFormat: { type: "json_schema", structure: { jsonSchema } } };
}

function isCallForced({ request }: Writing): boolean {
  const { toolChoice } = request;
  return (
    toolChoice?.kind === "required" ||
    toolChoice?.kind === "tool" ||
    (toolChoice?.kind === "subset" && toolChoice.mode === "required")
  );
}

/** A name that no tool of the caller has. */
function outputToolName({ names, request }: Writing): string {
  const taken = new Set(request.tools.map((tool) => (tool.kind === "server" ? tool.type : names.mangle(tool.name))));
  let name = "give_answer";
  for (let copy = 2; taken.has(name); copy++) name = `give_answer_${copy}`;
  return name;
}
