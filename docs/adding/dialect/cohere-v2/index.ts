import { classifyOpenAiError } from "../canonical/openai-errors.ts";
import type { Dialect } from "../dialect.ts";
import { readChat } from "./read-chat.ts";
import { CohereStreamReader } from "./stream-reader.ts";
import { writeRequest } from "./write-request.ts";

/**
 * Cohere's own chat API, behind `https://api.cohere.com/v2`. No caller speaks it. Its refusals are one `message`, which the
 * reader of OpenAI-like refusals knows.
 * @see https://docs.cohere.com/reference/chat
 */
export const cohereV2: Dialect = {
  name: "cohere-v2",
  surface: null,
  backend: {
    path: (operation) => (operation === "chat" ? "/chat" : null),
    familyOf: () => "cohere",
    native: null,
    classifyError: classifyOpenAiError,
    emulates: new Set(),
    writeRequest,
    readChat,
    reader: { wire: "text", create: (context) => new CohereStreamReader(context) },
    streamType: "text/event-stream",
    embeddings: null,
    countTokens: null,
  },
};
