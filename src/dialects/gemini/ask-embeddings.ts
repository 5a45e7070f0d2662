import { FairleadError } from "../../core/errors.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import type { Usage } from "../../core/usage.ts";
import type { EmbeddingsRequest } from "../canonical/embeddings.ts";
import { failedAnswer } from "../canonical/failed-answer.ts";
import type { Loss, ReadEmbeddings, UpstreamModel } from "../dialect.ts";
import { createLosses } from "./losses.ts";
import { listOf } from "./member.ts";
import { readBody } from "./read-answer.ts";

/**
 * Texts as `batchEmbedContents`, of which one text is a batch as well. @throws FairleadError 400 for token ids
 * @see https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
 */
export function writeEmbeddings(
  request: EmbeddingsRequest,
  upstream: UpstreamModel,
): { readonly body: string; readonly losses: readonly Loss[] } {
  const losses = createLosses();
  const { dimensions, extra, inputs, task, user } = request;
  const isOwn = extra.dialect === "gemini";
  const own = isOwn ? listOf(extra.fields["requests"]) : [];
  if (user !== null) losses.hint("user", "gemini takes no id of a user");
  for (const field of isOwn ? [] : Object.keys(extra.fields)) losses.hint(`extra.${field}`, "gemini does not know this field");
  const requests = inputs.map((text, index) => {
    if (typeof text !== "string")
      throw new FairleadError("invalid_value", "'input' must be text: this model takes no token ids.", { param: "input" });
    const fields = own[index];
    return {
      model: modelPath(upstream.model),
      content: { parts: [{ text }] },
      ...(task !== null && { taskType: task }),
      ...(dimensions !== null && { outputDimensionality: dimensions }),
      ...(isRecord(fields) ? fields : {}),
    };
  });
  return { body: writeJson({ requests }), losses: losses.list };
}

/** A model's resource name: `gemini-x` is `models/gemini-x`; a name that says where it stands is one already. */
export function modelPath(model: string): string {
  return model.includes("/") ? model : `models/${model}`;
}

/** `embeddings`, `embedding`, or `predictions` where another host of the API answers. */
export function readEmbeddings(text: string): ReadEmbeddings {
  // Numbers of vectors are doubles everywhere: no digit more is kept.
  const read = readBody(text, JSON.parse);
  if (read.kind === "failed") return read;
  const { body } = read;
  const held = listOf(body["embeddings"] ?? body["embedding"] ?? body["predictions"]);
  const vectors = held.map(readVector);
  if (vectors.length === 0 || !vectors.every((vector) => vector !== null))
    return failedAnswer("malformed", "The upstream's answer has no embeddings.");
  return { kind: "read", answer: { model: null, vectors, usage: readUsage(held) } };
}

function readVector(value: unknown): readonly number[] | null {
  if (!isRecord(value)) return null;
  const inner = isRecord(value["embeddings"]) ? value["embeddings"] : value;
  const { values } = inner;
  return Array.isArray(values) && values.every((number) => typeof number === "number") ? values : null;
}

/** What each prediction counted; null where nothing was. */
function readUsage(predictions: readonly unknown[]): Usage | null {
  let inputTokens = 0;
  for (const prediction of predictions) {
    const embeddings = isRecord(prediction) ? prediction["embeddings"] : null;
    const statistics = isRecord(embeddings) ? embeddings["statistics"] : null;
    const count = isRecord(statistics) ? statistics["token_count"] : null;
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) return null;
    inputTokens += count;
  }
  return { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: false };
}
