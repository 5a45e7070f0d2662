import type { Catalogue } from "../core/policy/catalogue.ts";
import { ANTHROPIC_MODELS, GEMINI_MODELS, OPENAI_MODELS } from "./prices.ts";

const BEARER = { header: "authorization", prefix: "Bearer " } as const;

/** Providers known by name: a provider on a known dialect is a row here and nothing else. */
export const CATALOGUE: Catalogue = {
  // https://platform.openai.com/docs/api-reference/introduction
  openai: {
    dialect: "openai-chat",
    baseUrl: "https://api.openai.com/v1",
    auth: BEARER,
    needsCredential: true,
    quirks: { streamUsage: true },
    models: OPENAI_MODELS,
  },
  // https://platform.claude.com/docs/en/api/openai-sdk: the OpenAI-compatible endpoint takes the API key as a bearer.
  anthropic: {
    dialect: "openai-chat",
    baseUrl: "https://api.anthropic.com/v1",
    auth: BEARER,
    needsCredential: true,
    quirks: { streamUsage: true },
    models: ANTHROPIC_MODELS,
  },
  // https://ai.google.dev/gemini-api/docs/openai
  gemini: {
    dialect: "openai-chat",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    auth: BEARER,
    needsCredential: true,
    quirks: { streamUsage: true },
    models: GEMINI_MODELS,
  },
  // https://github.com/ollama/ollama/blob/main/docs/openai.md: no credential, whatever models were pulled.
  ollama: {
    dialect: "openai-chat",
    baseUrl: "http://127.0.0.1:11434/v1",
    auth: BEARER,
    needsCredential: false,
    quirks: { streamUsage: true },
    models: {},
  },
  // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html: a credential only when started with --api-key.
  vllm: {
    dialect: "openai-chat",
    baseUrl: "http://127.0.0.1:8000/v1",
    auth: BEARER,
    needsCredential: false,
    quirks: { streamUsage: true },
    models: {},
  },
};
