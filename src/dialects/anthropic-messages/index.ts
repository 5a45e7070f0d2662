import { numberOf } from "../canonical/check-fields.ts";
import type { Backend, DecodedRequest, Dialect, Operation, Surface, UpstreamModel } from "../dialect.ts";
import { CACHE_RULES } from "./cache-rules.ts";
import { classifyError } from "./classify-error.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeError, encodeErrorEvent } from "./error-envelope.ts";
import { fieldName } from "./field-name.ts";
import { DIALECT, FAMILY, VERSION_HEADER } from "./identity.ts";
import { models } from "./list-models.ts";
import { readAnswer, readChat, readCount } from "./read-answer.ts";
import { readRequest } from "./read-request.ts";
import { createReader } from "./stream-reader.ts";
import { createStreamMeter, createStreamRepair } from "./stream-repair.ts";
import { createWriter } from "./stream-writer.ts";
import { writeAnswer } from "./write-answer.ts";
import { writeCountRequest, writeRequest } from "./write-request.ts";
import { USE_RULES } from "./use-rules.ts";

const PATHS: Readonly<Record<Operation, string | null>> = {
  chat: "/messages",
  count_tokens: "/messages/count_tokens",
  embeddings: null,
};

const surface: Surface = {
  paths: { "/v1/messages": "chat", "/v1/messages/count_tokens": "count_tokens" },
  addressed: null,
  modelsHeader: "anthropic-version",
  decodeRequest,
  family: FAMILY,
  readChat: readRequest,
  cacheRules: CACHE_RULES,
  useRules: USE_RULES,
  maxOutputTokens: ({ body }) => numberOf(body["max_tokens"]),
  writeAnswer,
  createWriter,
  heartbeat: 'event: ping\ndata: {"type":"ping"}\n\n',
  fieldName,
  embeddings: null,
  writeCount: (tokens) => JSON.stringify({ input_tokens: tokens }),
  requestIdHeader: "request-id",
  encodeError,
  encodeErrorEvent,
  models,
};

const backend: Backend = {
  path: (operation) => PATHS[operation],
  familyOf: () => FAMILY,
  native: {
    operations: ["chat", "count_tokens"],
    encodeUpstream,
    readAnswer,
    createStreamMeter,
    terminator: "",
    repair: { answer: (text) => text, createStream: createStreamRepair },
  },
  classifyError,
  emulates: new Set(["json_schema", "json_object"]),
  writeRequest,
  readChat,
  reader: { wire: "text", create: createReader },
  streamType: "text/event-stream",
  embeddings: null,
  countTokens: {
    headers: ({ quirks }) => ({ [VERSION_HEADER]: quirks.anthropicVersion }),
    writeRequest: writeCountRequest,
    readAnswer: readCount,
  },
};

/** The request as it came, with the model name spliced in. */
function encodeUpstream({ modelSpan, text }: DecodedRequest, { model }: UpstreamModel): string {
  return modelSpan === null ? text : text.slice(0, modelSpan.start) + JSON.stringify(model) + text.slice(modelSpan.end);
}

/** Anthropic Messages. @see https://docs.anthropic.com/en/api/messages */
export const anthropicMessages: Dialect = { name: DIALECT, surface, backend };
