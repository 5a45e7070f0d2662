import type { Catalogue } from "../core/policy/catalogue.ts";
import { BASETEN_MODELS, CEREBRAS_MODELS, GROQ_MODELS, NOVITA_MODELS, TOGETHER_MODELS } from "./prices/inference-hosts.ts";
import { imitating } from "./row.ts";

/** Who serves open models of others on hardware of its own. */
export const INFERENCE_HOSTS: Catalogue = {
  ...imitating("openai-chat", {
    groq: {
      baseUrl: "https://api.groq.com/openai/v1",
      models: GROQ_MODELS,
      offersMore: true,
      docs: "https://console.groq.com/docs/openai",
      asOf: "2026-06",
    },
    cerebras: {
      baseUrl: "https://api.cerebras.ai/v1",
      quirks: { maxTokensField: "max_completion_tokens" },
      models: CEREBRAS_MODELS,
      offersMore: true,
      docs: "https://inference-docs.cerebras.ai/resources/openai",
      asOf: "2026-06",
    },
    sambanova: {
      baseUrl: "https://api.sambanova.ai/v1",
      docs: "https://docs.sambanova.ai/docs/en/features/openai-compatibility",
      asOf: "2026-11",
    },
    together: {
      baseUrl: "https://api.together.ai/v1",
      models: TOGETHER_MODELS,
      offersMore: true,
      docs: "https://docs.together.ai/reference/chat-completions",
      asOf: "2026-06",
    },
    fireworks: {
      baseUrl: "https://api.fireworks.ai/inference/v1",
      alsoSpeaks: ["anthropic-messages"],
      docs: "https://docs.fireworks.ai/tools-sdks/anthropic-compatibility",
      asOf: "2026-08",
    },
    deepinfra: {
      baseUrl: "https://api.deepinfra.com/v1/openai",
      docs: "https://docs.deepinfra.com/api-reference/chat-completions/openai-chat-completions",
      asOf: "2026-06",
    },
    baseten: {
      baseUrl: "https://inference.baseten.co/v1",
      models: BASETEN_MODELS,
      offersMore: true,
      docs: "https://docs.baseten.co/reference/inference-api/chat-completions",
      asOf: "2026-06",
    },
    novita: {
      baseUrl: "https://api.novita.ai/openai/v1",
      models: NOVITA_MODELS,
      offersMore: true,
      docs: "https://novita.ai/docs/api-reference/model-apis-llm-create-chat-completion",
      asOf: "2026-06",
    },
    hyperbolic: {
      baseUrl: "https://api.hyperbolic.xyz/v1",
      docs: "https://docs.hyperbolic.xyz/docs/rest-api",
      asOf: "2026-11",
    },
    friendli: {
      baseUrl: "https://api.friendli.ai/serverless/v1",
      docs: "https://friendli.ai/docs/guides/serverless_endpoints/introduction",
      asOf: "2026-06",
    },
    parasail: { baseUrl: "https://api.parasail.io/v1", docs: "https://docs.parasail.io/", asOf: "2026-11" },
    featherless: { baseUrl: "https://api.featherless.ai/v1", docs: "https://featherless.ai/docs/overview", asOf: "2026-11" },
    nscale: {
      baseUrl: "https://inference.api.nscale.com/v1",
      docs: "https://docs.nscale.com/docs/inference/serverless-models/current",
      asOf: "2026-11",
    },
    chutes: { baseUrl: "https://llm.chutes.ai/v1", docs: "https://chutes.ai/docs/guides/reasoning-models", asOf: "2026-06" },
    venice: {
      baseUrl: "https://api.venice.ai/api/v1",
      docs: "https://docs.venice.ai/api-reference/endpoint/chat/completions",
      asOf: "2026-06",
    },
    wandb: {
      baseUrl: "https://api.inference.wandb.ai/v1",
      docs: "https://docs.wandb.ai/guides/integrations/inference/",
      asOf: "2026-06",
    },
    "inference-net": { baseUrl: "https://api.inference.net/v1", docs: "https://docs.inference.net/", asOf: "2026-07" },
    "io-net": {
      baseUrl: "https://api.intelligence.io.solutions/api/v1",
      docs: "https://io.net/docs/guides/intelligence/io-intelligence",
      asOf: "2026-06",
    },
    gmicloud: {
      baseUrl: "https://api.gmi-serving.com/v1",
      docs: "https://docs.gmicloud.ai/inference-engine/api-reference/llm-api-reference",
      asOf: "2026-07",
    },
    clarifai: {
      baseUrl: "https://api.clarifai.com/v2/ext/openai/v1",
      docs: "https://docs.clarifai.com/compute/inference/",
      asOf: "2026-07",
    },
    morph: {
      baseUrl: "https://api.morphllm.com/v1",
      docs: "https://docs.morphllm.com/api-reference/introduction",
      asOf: "2026-06",
    },
    synthetic: { baseUrl: "https://api.synthetic.new/openai/v1", docs: "https://synthetic.new/pricing", asOf: "2026-06" },
    "ollama-cloud": { baseUrl: "https://ollama.com/v1", docs: "https://docs.ollama.com/cloud", asOf: "2026-06" },
  }),
  ...imitating("anthropic-messages", {
    "deepinfra-anthropic": {
      baseUrl: "https://api.deepinfra.com/anthropic/v1",
      family: "deepinfra",
      docs: "https://docs.deepinfra.com/api-reference/chat-completions/anthropic-messages",
      asOf: "2026-06",
    },
  }),
};
