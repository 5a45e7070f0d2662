import { numberOf } from "../canonical/check-fields.ts";
import { encodeOpenAiError, encodeOpenAiErrorEvent } from "../canonical/openai-error-body.ts";
import { classifyOpenAiError } from "../canonical/openai-errors.ts";
import { OPENAI_MODELS } from "../canonical/openai-models.ts";
import type { Backend, Dialect, Operation, Surface } from "../dialect.ts";
import { CACHE_RULES } from "./cache-rules.ts";
import { decodeRequest } from "./decode-request.ts";
import { embeddingsBackend, embeddingsSurface } from "./embeddings.ts";
import { encodeUpstream } from "./encode-upstream.ts";
import { fieldName } from "./field-name.ts";
import { readAnswer } from "./read-answer.ts";
import { readChat } from "./read-chat.ts";
import { readRequest } from "./read-request.ts";
import { repairAnswer } from "./repair-answer.ts";
import { createStreamRepair } from "./repair-stream.ts";
import { createStreamMeter } from "./stream-meter.ts";
import { createStreamReader } from "./stream-reader.ts";
import { createWriter, DONE } from "./stream-writer.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeRequest } from "./write-request.ts";
import { USE_RULES } from "./use-rules.ts";

const PATHS: Readonly<Record<Operation, string | null>> = {
  chat: "/chat/completions",
  embeddings: "/embeddings",
  count_tokens: null,
};

const surface: Surface = {
  paths: { "/v1/chat/completions": "chat", "/v1/embeddings": "embeddings" },
  addressed: null,
  modelsHeader: null,
  decodeRequest,
  family: "openai-chat",
  readChat: readRequest,
  cacheRules: CACHE_RULES,
  useRules: USE_RULES,
  maxOutputTokens: ({ body }) => numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_tokens"]),
  writeAnswer,
  createWriter,
  heartbeat: ": ping\n\n",
  fieldName,
  embeddings: embeddingsSurface,
  writeCount: null,
  requestIdHeader: null,
  encodeError: encodeOpenAiError,
  encodeErrorEvent: encodeOpenAiErrorEvent,
  models: OPENAI_MODELS,
};

const backend: Backend = {
  path: (operation) => PATHS[operation],
  familyOf: () => "openai-chat",
  native: {
    operations: ["chat", "embeddings"],
    encodeUpstream,
    readAnswer,
    createStreamMeter,
    terminator: DONE,
    repair: { answer: repairAnswer, createStream: createStreamRepair },
  },
  classifyError: classifyOpenAiError,
  emulates: new Set(),
  writeRequest,
  readChat,
  reader: { wire: "text", create: createStreamReader },
  streamType: "text/event-stream",
  embeddings: embeddingsBackend,
  countTokens: null,
};

/** OpenAI Chat Completions and Embeddings. @see https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: Dialect = { name: "openai-chat", surface, backend };
