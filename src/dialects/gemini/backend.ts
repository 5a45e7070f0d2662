import { isRecord } from "../../core/json/is-record.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import { exactBody } from "../canonical/exact-body.ts";
import { createReaderMeter } from "../canonical/reader-meter.ts";
import type { Backend, DecodedRequest, Operation, UpstreamModel } from "../dialect.ts";
import { modelPath, readEmbeddings, writeEmbeddings } from "./ask-embeddings.ts";
import { classifyError } from "./classify-error.ts";
import { camelCase } from "./member.ts";
import { readAnswer, readChat, readCount } from "./read-answer.ts";
import { FAMILY } from "./seal.ts";
import { createReader } from "./stream-reader.ts";
import { writeCount, writeRequest } from "./write-request.ts";

/**
 * Gemini models, at Google AI or Vertex AI. A base URL ends with the version (`…/v1beta`) or with the publisher
 * (`…/locations/L/publishers/google`). Embeddings are always a batch, which a single `embedContent` is not: they never pass as
 * they came. @see https://ai.google.dev/api
 */
export const backend: Backend = {
  path: (operation, { model, stream }) => `/${modelPath(encodeURI(model))}:${methodOf(operation, stream)}`,
  familyOf: () => FAMILY,
  native: {
    operations: ["chat", "count_tokens"],
    encodeUpstream,
    readAnswer,
    createStreamMeter: (choices) => createReaderMeter(createReader({ seed: "", family: FAMILY }, choices)),
    terminator: "",
    repair: null,
  },
  classifyError,
  emulates: new Set(),
  writeRequest,
  readChat,
  reader: { wire: "text", create: (context) => createReader(context) },
  streamType: "text/event-stream",
  embeddings: { writeRequest: writeEmbeddings, readAnswer: readEmbeddings },
  countTokens: { headers: () => null, writeRequest: writeCount, readAnswer: readCount },
};

function methodOf(operation: Operation, stream: boolean): string {
  switch (operation) {
    case "chat":
      return stream ? "streamGenerateContent?alt=sse" : "generateContent";
    case "count_tokens":
      return "countTokens";
    case "embeddings":
      return "batchEmbedContents";
  }
}

/** The caller's own text; only where it repeats the model is that replaced, at the top or in `generateContentRequest`. */
function encodeUpstream(asked: DecodedRequest, { model }: UpstreamModel): string {
  if (!Object.entries(asked.body).some(([name, value]) => namesModel(name, value) || wrapsModel(name, value))) return asked.text;
  const named = Object.entries(exactBody(asked)).map(([name, value]): readonly [string, unknown] => {
    if (namesModel(name, value)) return [name, modelPath(model)];
    return wrapsModel(name, value) ? [name, { ...value, model: modelPath(model) }] : [name, value];
  });
  return writeJson(Object.fromEntries(named));
}

function namesModel(name: string, value: unknown): boolean {
  return name === "model" && typeof value === "string";
}

function wrapsModel(name: string, value: unknown): value is Readonly<Record<string, unknown>> {
  return camelCase(name) === "generateContentRequest" && isRecord(value) && typeof value["model"] === "string";
}
