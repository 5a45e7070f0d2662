import type { Dialect, Operation } from "../dialect.ts";
import { classifyError } from "./classify-error.ts";
import { familyOf, withoutGeography } from "./model-vendor.ts";
import { readChat } from "./read-chat.ts";
import { readCount } from "./read-count.ts";
import { ConverseStreamReader } from "./stream-reader.ts";
import { writeCountRequest, writeRequest } from "./write-request.ts";

/**
 * Amazon Bedrock's Converse and ConverseStream, for any model it serves. No caller speaks it. Bedrock has embeddings too,
 * but in a form of each model's own.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 */
export const bedrockConverse: Dialect = {
  name: "bedrock-converse",
  surface: null,
  backend: {
    path,
    familyOf,
    native: null,
    classifyError,
    emulates: new Set(["json_schema"]),
    writeRequest,
    readChat,
    reader: { wire: "bytes", create: (context) => new ConverseStreamReader(context) },
    streamType: "application/vnd.amazon.eventstream",
    embeddings: null,
    countTokens: { headers: () => null, writeRequest: writeCountRequest, readAnswer: readCount },
  },
};

function path(operation: Operation, { model, stream }: { readonly model: string; readonly stream: boolean }): string | null {
  switch (operation) {
    case "chat":
      return `/model/${encodeURIComponent(model)}/${stream ? "converse-stream" : "converse"}`;
    case "count_tokens":
      // Inference profiles count nothing: their model does.
      return `/model/${encodeURIComponent(withoutGeography(model))}/count-tokens`;
    case "embeddings":
      return null;
  }
}
