import type { OutputFormat } from "../canonical/chat-request.ts";
import { strictSchema } from "./strict-schema.ts";
import type { Wire, Writing } from "./writing.ts";

export interface WrittenOutput {
  /** `output_config.format`, where the model holds itself to a schema. */
  readonly format: Wire | null;
  /** The tool that stands for the format elsewhere: its arguments are the answer. */
  readonly tool: { readonly name: string; readonly description: string; readonly input_schema: unknown } | null;
  /** What the model is told beside. */
  readonly hint: string | null;
}

const NOTHING: WrittenOutput = { format: null, tool: null, hint: null };

/** How the asked form of the answer is had. */
export function writeOutput(writing: Writing): WrittenOutput {
  const { output } = writing.request;
  if (output === null) return NOTHING;
  if (output.kind === "json_schema" && writing.has("json_schema")) return { ...NOTHING, format: nativeFormat(output, writing) };
  const name = freeName(writing);
  const isSchema = output.kind === "json_schema";
  const tool = {
    name,
    description:
      (isSchema ? output.description : null) ??
      "Gives the answer to the user as its arguments. Call it once, with the whole answer.",
    input_schema: isSchema ? output.schema : { type: "object", additionalProperties: true },
  };
  const hint = `Answer with one JSON object and nothing else: call the tool '${name}' with its members as arguments.`;
  return { format: null, tool, hint: isSchema ? null : hint };
}

function nativeFormat({ schema }: Extract<OutputFormat, { readonly kind: "json_schema" }>, writing: Writing): Wire {
  if (writing.isOwn) return { type: "json_schema", schema };
  const { isLoosened, schema: strict } = strictSchema(schema);
  if (isLoosened) writing.hint("output_format", "limits in the schema are told to the model, not enforced");
  return { type: "json_schema", schema: strict };
}

/** A name that none of the caller's tools has. */
function freeName(writing: Writing): string {
  const taken = new Set(writing.request.tools.map((tool) => (tool.kind === "server" ? "" : tool.name)));
  let name = "json";
  while (taken.has(name)) name += "_answer";
  return name;
}
