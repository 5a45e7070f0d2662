import { isRecord } from "../../core/json/is-record.ts";
import type { EmbeddingsAnswer, EmbeddingsRequest } from "../canonical/embeddings.ts";
import { numberOf, refuse } from "../canonical/check-fields.ts";
import type { DecodedRequest } from "../dialect.ts";
import { type Body, listOf, member, restOf, textOf } from "./member.ts";

const KNOWN: ReadonlySet<string> = new Set(["model", "content", "taskType", "outputDimensionality"]);

/**
 * `embedContent` or `batchEmbedContents` in no dialect. What the texts of a batch have in common is read; where they differ, in
 * task or size, each keeps its own among the fields that are Gemini's alone.
 * @throws FairleadError 400 for a content that is not text @see https://ai.google.dev/api/embeddings
 */
export function readEmbeddings({ body }: DecodedRequest): EmbeddingsRequest {
  const isBatch = Array.isArray(body["requests"]);
  const requests = (isBatch ? listOf(body["requests"]) : [body]).filter(isRecord);
  const task = common(requests.map((request) => textOf(member(request, "taskType"))));
  const dimensions = common(requests.map((request) => numberOf(member(request, "outputDimensionality"))));
  const own = requests.map((request) =>
    ownFields(request, { keepsTask: task === undefined, keepsSize: dimensions === undefined }),
  );
  return {
    inputs: requests.map((request, index) => readText(request["content"], isBatch ? `requests[${index}].content` : "content")),
    dimensions: dimensions ?? null,
    encoding: "float",
    task: task ?? null,
    user: null,
    extra: { dialect: "gemini", fields: own.some((fields) => fields !== null) ? { requests: own } : {} },
  };
}

/** The one value of all; undefined where they differ. */
function common<Value>(values: readonly Value[]): Value | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

interface Kept {
  readonly keepsTask: boolean;
  readonly keepsSize: boolean;
}

function ownFields(request: Body, { keepsSize, keepsTask }: Kept): Body | null {
  const taskType = member(request, "taskType");
  const outputDimensionality = member(request, "outputDimensionality");
  const fields = {
    ...restOf(request, KNOWN),
    ...(keepsTask && taskType !== undefined && { taskType }),
    ...(keepsSize && outputDimensionality !== undefined && { outputDimensionality }),
  };
  return Object.keys(fields).length === 0 ? null : fields;
}

function readText(content: unknown, path: string): string {
  const parts = isRecord(content) ? listOf(content["parts"]) : [];
  if (parts.length === 0) refuse("missing_field", `'${path}.parts' is required.`, `${path}.parts`);
  const texts = parts.map((part, index) => {
    const text = isRecord(part) ? part["text"] : undefined;
    if (typeof text === "string") return text;
    return refuse("invalid_value", `'${path}.parts[${index}]' must be a text.`, `${path}.parts[${index}]`);
  });
  return texts.join("\n");
}

/** The vectors in the form that was asked for: one, or a batch. */
export function writeEmbeddings({ vectors }: EmbeddingsAnswer, { body }: DecodedRequest): string {
  const embeddings = vectors.map((values) => ({ values }));
  return JSON.stringify(Array.isArray(body["requests"]) ? { embeddings } : { embedding: embeddings[0] ?? { values: [] } });
}
