import { numberOf } from "../canonical/check-fields.ts";
import { OPENAI_MODELS } from "../canonical/openai-models.ts";
import { classifyOpenAiError } from "../canonical/openai-errors.ts";
import { createReaderMeter } from "../canonical/reader-meter.ts";
import type { Dialect } from "../dialect.ts";
import { CACHE_RULES } from "./cache-rules.ts";
import { decodeRequest } from "./decode-request.ts";
import { OPENAI_FAMILY } from "./dialect-name.ts";
import { encodeError, encodeErrorEvent } from "./encode-error.ts";
import { encodeUpstream } from "./encode-upstream.ts";
import { fieldName } from "./field-name.ts";
import { readAnswer, readChat as readChatAnswer } from "./read-answer.ts";
import { readChat } from "./read-request.ts";
import { repairAnswer } from "./repair-answer.ts";
import { StreamMender } from "./stream-mender.ts";
import { ResponsesReader } from "./stream-reader.ts";
import { ResponsesWriter } from "./stream-writer.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { USE_RULES } from "./use-rules.ts";

/** OpenAI Responses, and Open Responses. @see https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses: Dialect = {
  name: "openai-responses",
  surface: {
    paths: { "/v1/responses": "chat" },
    addressed: null,
    modelsHeader: null,
    decodeRequest,
    family: OPENAI_FAMILY,
    readChat,
    cacheRules: CACHE_RULES,
    useRules: USE_RULES,
    maxOutputTokens: ({ body }) => numberOf(body["max_output_tokens"]),
    writeAnswer,
    createWriter: (context) => new ResponsesWriter(context),
    heartbeat: ": ping\n\n",
    fieldName,
    embeddings: null,
    writeCount: null,
    requestIdHeader: null,
    encodeError,
    encodeErrorEvent,
    models: OPENAI_MODELS,
  },
  backend: {
    path: (operation) => (operation === "chat" ? "/responses" : null),
    familyOf: () => OPENAI_FAMILY,
    native: {
      operations: ["chat"],
      encodeUpstream,
      readAnswer,
      createStreamMeter: () => createReaderMeter(new ResponsesReader({ seed: "", family: OPENAI_FAMILY })),
      terminator: "",
      repair: { answer: repairAnswer, createStream: () => new StreamMender() },
    },
    classifyError: classifyOpenAiError,
    emulates: new Set(),
    writeRequest,
    readChat: readChatAnswer,
    reader: { wire: "text", create: (context) => new ResponsesReader(context) },
    streamType: "text/event-stream",
    embeddings: null,
    countTokens: null,
  },
};
