import type { Dialect } from "../dialect.ts";
import { classifyError } from "./classify-error.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeError, encodeErrorEvent } from "./encode-error.ts";
import { encodeUpstream } from "./encode-upstream.ts";
import { readAnswer } from "./read-answer.ts";
import { createStreamMeter } from "./stream-meter.ts";

/** OpenAI Chat Completions and Embeddings. @see https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: Dialect = {
  name: "openai-chat",
  paths: { chat: "/chat/completions", embeddings: "/embeddings" },
  decodeRequest,
  encodeUpstream,
  readAnswer,
  createStreamMeter,
  classifyError,
  encodeError,
  encodeErrorEvent,
  terminator: "data: [DONE]\n\n",
};
