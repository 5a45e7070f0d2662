import { isRecord } from "../../core/json/is-record.ts";
import { numberOf } from "../canonical/check-fields.ts";
import type { Surface } from "../dialect.ts";
import { CACHE_RULES } from "./cache-rules.ts";
import { decodeRequest } from "./decode-request.ts";
import { readEmbeddings, writeEmbeddings } from "./embeddings.ts";
import { encodeError, encodeErrorEvent } from "./encode-error.ts";
import { fieldName } from "./field-name.ts";
import { listModels, oneModel } from "./list-models.ts";
import { member } from "./member.ts";
import { readAddress } from "./read-address.ts";
import { readRequest } from "./read-request.ts";
import { FAMILY } from "./seal.ts";
import { createWriter } from "./stream-writer.ts";
import { writeAnswer } from "./write-answer.ts";
import { PLAIN_EMBEDDINGS, USE_RULES } from "./use-rules.ts";

/** Callers of the Gemini API. @see https://ai.google.dev/api */
export const surface: Surface = {
  paths: {},
  addressed: {
    // Its SDKs ask under the version they were released with; in their Vertex mode, under the publisher.
    prefixes: [
      "/v1beta/models/",
      "/v1/models/",
      "/v1beta1/models/",
      "/v1alpha/models/",
      "/v1beta1/publishers/google/models/",
      "/v1/publishers/google/models/",
    ],
    read: readAddress,
  },
  modelsHeader: "x-goog-api-client",
  decodeRequest,
  family: FAMILY,
  readChat: readRequest,
  cacheRules: CACHE_RULES,
  useRules: USE_RULES,
  maxOutputTokens: ({ body }) => {
    const config = member(body, "generationConfig");
    return isRecord(config) ? numberOf(member(config, "maxOutputTokens")) : null;
  },
  writeAnswer,
  createWriter,
  /** An event of its own: SDKs lose what stands in one event with a comment. No such thing fits into a JSON array. */
  heartbeat: ": ping\n\n",
  fieldName,
  embeddings: {
    plain: PLAIN_EMBEDDINGS,
    readRequest: readEmbeddings,
    writeAnswer: (answer, { asked }) => writeEmbeddings(answer, asked),
  },
  writeCount: (tokens) => JSON.stringify({ totalTokens: tokens }),
  requestIdHeader: null,
  encodeError,
  encodeErrorEvent,
  models: { list: listModels, one: oneModel },
};
