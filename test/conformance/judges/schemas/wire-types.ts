import type * as Claude from "@anthropic-ai/sdk/resources/messages/messages";
import type { ModelInfo } from "@anthropic-ai/sdk/resources/models";
import type { ErrorObject as ClaudeErrorObject } from "@anthropic-ai/sdk/resources/shared";
import type * as Google from "@google/genai";
import type { ChatCompletion, ChatCompletionChunk } from "openai/resources/chat/completions/completions";
import type { Completion } from "openai/resources/completions";
import type { CreateEmbeddingResponse } from "openai/resources/embeddings";
import type { Model } from "openai/resources/models";
import type { Response, ResponseStreamEvent } from "openai/resources/responses/responses";
import type { ErrorObject } from "openai/resources/shared";

interface OpenAiError {
  error: ErrorObject;
}

interface OpenAiModels {
  object: "list";
  data: Model[];
}

interface ClaudeModels {
  data: ModelInfo[];
  first_id: string | null;
  has_more: boolean;
  last_id: string | null;
}

/** Documented for status 413, missing in the SDK's types. @see https://docs.anthropic.com/en/api/errors */
interface RequestTooLarge {
  type: "request_too_large";
  message: string;
}

interface ClaudeError {
  type: "error";
  error: ClaudeErrorObject | RequestTooLarge;
  request_id: string | null;
}

interface ClaudeErrorEvent {
  type: "error";
  error: ClaudeErrorObject | RequestTooLarge;
  request_id?: string | null;
}

/** An event that the SDK reads but has no type for. */
interface Ping {
  type: "ping";
}

/** @see https://cloud.google.com/apis/design/errors */
interface GoogleError {
  error: { code: number; message: string; status: string; details?: Record<string, unknown>[] };
}

/** As the REST API has it; the SDK's own type renames fields. @see https://ai.google.dev/api/models */
interface GoogleModel {
  name: string;
  baseModelId?: string;
  version?: string;
  displayName?: string;
  description?: string;
  inputTokenLimit?: number;
  outputTokenLimit?: number;
  supportedGenerationMethods?: string[];
  thinking?: boolean;
  temperature?: number;
  maxTemperature?: number;
  topP?: number;
  topK?: number;
}

interface GoogleVector {
  values?: number[];
  shape?: number[];
}

interface GoogleEmbeddingUsage {
  promptTokenCount?: number;
  promptTokenDetails?: Google.ModalityTokenCount[];
  totalTokenCount?: number;
}

/** What a surface may answer with: one file of schemas for each, with one schema for each kind of answer. */
export interface Surfaces {
  "openai-chat": {
    completion: ChatCompletion;
    chunk: ChatCompletionChunk;
    embeddings: CreateEmbeddingResponse;
    error: OpenAiError;
    models: OpenAiModels;
    model: Model;
  };
  "openai-completions": {
    completion: Completion;
    error: OpenAiError;
  };
  "openai-responses": {
    response: Response;
    event: ResponseStreamEvent;
    error: OpenAiError;
  };
  "anthropic-messages": {
    message: Claude.Message;
    event: Claude.RawMessageStreamEvent | Ping | ClaudeErrorEvent;
    count: Claude.MessageTokensCount;
    error: ClaudeError;
    models: ClaudeModels;
    model: ModelInfo;
  };
  gemini: {
    response: Google.GenerateContentResponse;
    count: Google.CountTokensResponse;
    embedding: { embedding: GoogleVector; usageMetadata?: GoogleEmbeddingUsage };
    embeddings: { embeddings: GoogleVector[]; usageMetadata?: GoogleEmbeddingUsage };
    error: GoogleError;
    models: { models: GoogleModel[]; nextPageToken?: string };
    model: GoogleModel;
  };
}
