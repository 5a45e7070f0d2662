import { numberOf } from "../canonical/check-fields.ts";
import { encodeOpenAiError, encodeOpenAiErrorEvent } from "../canonical/openai-error-body.ts";
import { classifyOpenAiError } from "../canonical/openai-errors.ts";
import { OPENAI_MODELS } from "../canonical/openai-models.ts";
import { encodeOpenAiUpstream } from "../canonical/openai-upstream.ts";
import { createReaderMeter } from "../canonical/reader-meter.ts";
import type { Backend, Dialect, Surface } from "../dialect.ts";
import { decodeRequest } from "./decode-request.ts";
import { fieldName } from "./field-name.ts";
import { readAnswer, readChat } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { createStreamReader } from "./stream-reader.ts";
import { createWriter, DONE } from "./stream-writer.ts";
import { writeAnswer } from "./write-answer.ts";
import { USE_RULES } from "./use-rules.ts";
import { writeRequest } from "./write-request.ts";

const surface: Surface = {
  paths: { "/v1/completions": "chat" },
  addressed: null,
  modelsHeader: null,
  decodeRequest,
  family: "openai-completions",
  readChat: readRequest,
  cacheRules: null,
  useRules: USE_RULES,
  maxOutputTokens: ({ body }) => numberOf(body["max_tokens"]),
  writeAnswer,
  createWriter,
  heartbeat: ": ping\n\n",
  fieldName,
  embeddings: null,
  writeCount: null,
  requestIdHeader: null,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  models: OPENAI_MODELS,
};

const backend: Backend = {
  path: (operation) => (operation === "chat" ? "/completions" : null),
  familyOf: () => "openai-completions",
  native: {
    operations: ["chat"],
    encodeUpstream: encodeOpenAiUpstream,
    readAnswer: (_operation, text) => readAnswer(text),
    createStreamMeter: () => createReaderMeter(createStreamReader()),
    terminator: DONE,
    repair: null,
  },
  classifyError: classifyOpenAiError,
  emulates: new Set(),
  writeRequest,
  readChat,
  reader: { wire: "text", create: createStreamReader },
  streamType: "text/event-stream",
  embeddings: null,
  countTokens: null,
};

/** OpenAI's legacy Completions. @see https://platform.openai.com/docs/api-reference/completions */
export const openaiCompletions: Dialect = { name: "openai-completions", surface, backend };
