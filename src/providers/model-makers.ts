import type { Catalogue } from "../core/policy/catalogue.ts";
import { ANTHROPIC_MODELS } from "./prices/anthropic.ts";
import { GEMINI_MODELS } from "./prices/gemini.ts";
import { DEEPSEEK_MODELS, MISTRAL_MODELS, MOONSHOT_MODELS, XAI_MODELS, ZAI_MODELS } from "./prices/model-makers.ts";
import { OPENAI_CHAT_MODELS, OPENAI_EMBEDDINGS, OPENAI_RESPONSES_MODELS } from "./prices/openai.ts";
import { COHERE_MODELS, MINIMAX_MODELS, PERPLEXITY_MODELS, VOYAGE_MODELS } from "./prices/specialists.ts";
import { hosted, imitating, X_API_KEY } from "./row.ts";

const GOOGLE_KEY = { kind: "header", header: "x-goog-api-key", prefix: "" } as const;
const OPENAI_QUIRKS = { repair: false, maxTokensField: "max_completion_tokens", developerRole: true } as const;
const EMBEDDINGS = ["embeddings"] as const;

/** Who makes models and serves them. The authors of a wire format first; who imitates one is mended. */
export const MODEL_MAKERS: Catalogue = {
  openai: hosted("openai-chat", {
    baseUrl: "https://api.openai.com/v1",
    alsoSpeaks: ["openai-responses", "openai-completions"],
    quirks: OPENAI_QUIRKS,
    models: { ...OPENAI_CHAT_MODELS, ...OPENAI_EMBEDDINGS },
    docs: "https://developers.openai.com/api/reference/overview",
    asOf: "2026-08",
  }),
  // Callers of every other dialect are translated into openai-responses: the way to the models that answer there alone.
  "openai-responses-api": hosted("openai-responses", {
    baseUrl: "https://api.openai.com/v1",
    quirks: OPENAI_QUIRKS,
    models: { ...OPENAI_CHAT_MODELS, ...OPENAI_RESPONSES_MODELS },
    docs: "https://developers.openai.com/api/reference/resources/responses",
    asOf: "2026-08",
  }),
  // Its own OpenAI-compatible endpoint is for trying out, says its page; callers are translated instead.
  anthropic: hosted("anthropic-messages", {
    baseUrl: "https://api.anthropic.com/v1",
    auth: X_API_KEY,
    models: ANTHROPIC_MODELS,
    docs: "https://platform.claude.com/docs/en/api/messages",
    asOf: "2026-10",
  }),
  gemini: hosted("gemini", {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    auth: GOOGLE_KEY,
    models: GEMINI_MODELS,
    docs: "https://ai.google.dev/api/generate-content",
    asOf: "2026-08",
  }),
  "gemini-openai": hosted("openai-chat", {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    family: "gemini",
    models: GEMINI_MODELS,
    docs: "https://ai.google.dev/gemini-api/docs/openai",
    asOf: "2026-08",
  }),
  ...imitating("openai-chat", {
    // Refuses fields it does not know, stream_options among them, and reports usage unasked.
    mistral: {
      baseUrl: "https://api.mistral.ai/v1",
      quirks: { streamUsage: false, callIds: "alnum9" },
      models: MISTRAL_MODELS,
      docs: "https://docs.mistral.ai/api/",
      asOf: "2026-08",
    },
    xai: {
      baseUrl: "https://api.x.ai/v1",
      alsoSpeaks: ["openai-responses"],
      models: XAI_MODELS,
      docs: "https://docs.x.ai/docs/api-reference",
      asOf: "2026-08",
    },
    deepseek: {
      baseUrl: "https://api.deepseek.com",
      models: DEEPSEEK_MODELS,
      docs: "https://api-docs.deepseek.com/",
      asOf: "2026-08",
    },
    // Reports usage in every chunk, unasked.
    perplexity: {
      baseUrl: "https://api.perplexity.ai",
      paths: { embeddings: "/v1/embeddings" },
      quirks: { streamUsage: false },
      models: PERPLEXITY_MODELS,
      docs: "https://docs.perplexity.ai/api-reference/chat-completions-post",
      asOf: "2026-06",
    },
    cohere: {
      baseUrl: "https://api.cohere.ai/compatibility/v1",
      models: COHERE_MODELS,
      offersMore: true,
      docs: "https://docs.cohere.com/docs/compatibility-api",
      asOf: "2026-06",
    },
    ai21: {
      baseUrl: "https://api.ai21.com/studio/v1",
      docs: "https://docs.ai21.com/reference/jamba-1-6-api-ref",
      asOf: "2026-11",
    },
    moonshot: {
      baseUrl: "https://api.moonshot.ai/v1",
      models: MOONSHOT_MODELS,
      docs: "https://platform.kimi.ai/docs/api/chat",
      asOf: "2026-06",
    },
    "moonshot-cn": { baseUrl: "https://api.moonshot.cn/v1", docs: "https://platform.kimi.com/docs/api/chat", asOf: "2026-06" },
    zai: {
      baseUrl: "https://api.z.ai/api/paas/v4",
      models: ZAI_MODELS,
      docs: "https://docs.z.ai/api-reference/llm/chat-completion",
      asOf: "2026-06",
    },
    zhipu: {
      baseUrl: "https://open.bigmodel.cn/api/paas/v4",
      docs: "https://docs.bigmodel.cn/cn/guide/develop/openai/introduction",
      asOf: "2026-06",
    },
    minimax: {
      baseUrl: "https://api.minimax.io/v1",
      models: MINIMAX_MODELS,
      offersMore: true,
      docs: "https://platform.minimax.io/docs/api-reference/text-openai-api",
      asOf: "2026-08",
    },
    stepfun: {
      baseUrl: "https://api.stepfun.com/v1",
      docs: "https://platform.stepfun.com/docs/zh/api-reference/chat/chat-completion-create",
      asOf: "2026-06",
    },
    xiaomi: {
      baseUrl: "https://api.xiaomimimo.com/v1",
      docs: "https://platform.xiaomimimo.com/static/docs/api/chat/openai-api.md",
      asOf: "2026-06",
    },
    meta: {
      baseUrl: "https://api.meta.ai/v1",
      alsoSpeaks: ["openai-responses"],
      docs: "https://dev.meta.ai/docs/protocols/chat-completions",
      asOf: "2026-11",
    },
    upstage: {
      baseUrl: "https://api.upstage.ai/v1/solar",
      docs: "https://developers.upstage.ai/docs/apis/chat",
      asOf: "2026-06",
    },
    inception: {
      baseUrl: "https://api.inceptionlabs.ai/v1",
      docs: "https://docs.inceptionlabs.ai/api-reference/chat/create-a-chat-completion",
      asOf: "2026-06",
    },
    sarvam: {
      baseUrl: "https://api.sarvam.ai/v1",
      docs: "https://docs.sarvam.ai/api-reference-docs/getting-started/models",
      asOf: "2026-07",
    },
    poolside: {
      baseUrl: "https://inference.poolside.ai/v1",
      docs: "https://docs.poolside.ai/openai-api/chat/create-chat-completion",
      asOf: "2026-06",
    },
    "amazon-nova": {
      baseUrl: "https://api.nova.amazon.com/v1",
      docs: "https://nova.amazon.com/dev/documentation",
      asOf: "2026-07",
    },
    voyage: {
      baseUrl: "https://api.voyageai.com/v1",
      capabilities: EMBEDDINGS,
      models: VOYAGE_MODELS,
      offersMore: true,
      docs: "https://docs.voyageai.com/reference/embeddings-api",
      asOf: "2026-11",
    },
    jina: { baseUrl: "https://api.jina.ai/v1", capabilities: EMBEDDINGS, docs: "https://api.jina.ai/redoc", asOf: "2026-11" },
  }),
  // Sonar and the models of others, with the vendor's search.
  "perplexity-agent": hosted("openai-responses", {
    baseUrl: "https://api.perplexity.ai/v1",
    family: "perplexity",
    docs: "https://docs.perplexity.ai/docs/agent-api/models",
    asOf: "2026-06",
  }),
  ...imitating("anthropic-messages", {
    "deepseek-anthropic": {
      baseUrl: "https://api.deepseek.com/anthropic/v1",
      family: "deepseek",
      auth: X_API_KEY,
      models: DEEPSEEK_MODELS,
      docs: "https://api-docs.deepseek.com/guides/anthropic_api",
      asOf: "2026-06",
    },
    "moonshot-anthropic": {
      baseUrl: "https://api.moonshot.ai/anthropic/v1",
      family: "moonshot",
      models: MOONSHOT_MODELS,
      docs: "https://platform.kimi.ai/docs/guide/agent-support",
      asOf: "2026-08",
    },
    "zai-anthropic": {
      baseUrl: "https://api.z.ai/api/anthropic/v1",
      family: "zai",
      models: ZAI_MODELS,
      docs: "https://docs.z.ai/devpack/tool/claude",
      asOf: "2026-08",
    },
    "zhipu-anthropic": {
      baseUrl: "https://open.bigmodel.cn/api/anthropic/v1",
      family: "zhipu",
      docs: "https://docs.bigmodel.cn/cn/guide/develop/claude/introduction",
      asOf: "2026-08",
    },
    "minimax-anthropic": {
      baseUrl: "https://api.minimax.io/anthropic/v1",
      family: "minimax",
      models: MINIMAX_MODELS,
      offersMore: true,
      docs: "https://platform.minimax.io/docs/api-reference/text-anthropic-api",
      asOf: "2026-08",
    },
    "xiaomi-anthropic": {
      baseUrl: "https://api.xiaomimimo.com/anthropic/v1",
      family: "xiaomi",
      docs: "https://platform.xiaomimimo.com/static/docs/api/chat/anthropic-api.md",
      asOf: "2026-06",
    },
  }),
};
