import type { Catalogue } from "../core/policy/catalogue.ts";
import { BEDROCK_MODELS } from "./prices/bedrock.ts";
import { CLOUDFLARE_MODELS } from "./prices/inference-hosts.ts";
import { hosted, imitating, X_API_KEY } from "./row.ts";

const API_KEY = { kind: "header", header: "api-key", prefix: "" } as const;
const GOOGLE_KEY = { kind: "header", header: "x-goog-api-key", prefix: "" } as const;
const CLEAN = { repair: false } as const;

/** Clouds that serve the models of others. Names of models are the account's own on Azure, and regional on Bedrock. */
export const CLOUDS: Catalogue = {
  "azure-openai": hosted("openai-chat", {
    baseUrl: null,
    form: "https://RESOURCE.openai.azure.com/openai/v1",
    alsoSpeaks: ["openai-responses"],
    auth: API_KEY,
    // Its encrypted reasoning is bound to the account, so OpenAI's cannot be replayed there.
    family: "azure-openai",
    quirks: { ...CLEAN, maxTokensField: "max_completion_tokens", developerRole: true },
    docs: "https://learn.microsoft.com/en-us/azure/ai-foundry/openai/api-version-lifecycle",
    asOf: "2026-08",
  }),
  "azure-anthropic": hosted("anthropic-messages", {
    baseUrl: null,
    form: "https://RESOURCE.services.ai.azure.com/anthropic/v1",
    auth: X_API_KEY,
    docs: "https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry",
    asOf: "2026-08",
  }),
  "vertex-gemini": hosted("gemini", {
    baseUrl: null,
    form: "https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION/publishers/google",
    auth: { kind: "google-service-account" },
    docs: "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    asOf: "2026-08",
  }),
  // Express mode: an API key instead of a project and a service account.
  "vertex-gemini-express": hosted("gemini", {
    baseUrl: "https://aiplatform.googleapis.com/v1/publishers/google",
    auth: GOOGLE_KEY,
    docs: "https://cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview",
    asOf: "2026-08",
  }),
  bedrock: hosted("bedrock-converse", {
    baseUrl: "https://bedrock-runtime.{region}.amazonaws.com",
    auth: { kind: "sigv4", service: "bedrock" },
    models: BEDROCK_MODELS,
    offersMore: true,
    docs: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
    asOf: "2026-08",
  }),
  "bedrock-api-key": hosted("bedrock-converse", {
    baseUrl: "https://bedrock-runtime.{region}.amazonaws.com",
    models: BEDROCK_MODELS,
    offersMore: true,
    docs: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html",
    asOf: "2026-08",
  }),
  // Claude alone; the models of others are asked at the row bedrock-mantle.
  "bedrock-mantle-anthropic": hosted("anthropic-messages", {
    baseUrl: "https://bedrock-mantle.{region}.api.aws/anthropic/v1",
    docs: "https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html",
    asOf: "2026-09",
  }),
  ...imitating("openai-chat", {
    // Which models answer, and in openai-responses too, differs from one AWS endpoint to the other.
    "bedrock-openai": {
      baseUrl: "https://bedrock-runtime.{region}.amazonaws.com/openai/v1",
      family: "bedrock",
      docs: "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html",
      asOf: "2026-08",
    },
    "bedrock-mantle": {
      baseUrl: "https://bedrock-mantle.{region}.api.aws/v1",
      family: "bedrock",
      docs: "https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html",
      asOf: "2026-09",
    },
    "vertex-openai": {
      baseUrl: null,
      form: "https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION/endpoints/openapi",
      auth: { kind: "google-service-account" },
      docs: "https://cloud.google.com/vertex-ai/generative-ai/docs/migrate/openai/overview",
      asOf: "2026-08",
    },
    databricks: {
      baseUrl: null,
      form: "https://WORKSPACE.cloud.databricks.com/serving-endpoints",
      docs: "https://docs.databricks.com/aws/en/machine-learning/model-serving/query-reason-models",
      asOf: "2026-06",
    },
    "snowflake-cortex": {
      baseUrl: null,
      form: "https://ACCOUNT.snowflakecomputing.com/api/v2/cortex/v1",
      docs: "https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api",
      asOf: "2026-06",
    },
    "cloudflare-workers-ai": {
      baseUrl: null,
      form: "https://api.cloudflare.com/client/v4/accounts/ACCOUNT/ai/v1",
      models: CLOUDFLARE_MODELS,
      offersMore: true,
      docs: "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
      asOf: "2026-06",
    },
    digitalocean: {
      baseUrl: "https://inference.do-ai.run/v1",
      docs: "https://docs.digitalocean.com/products/inference/how-to/si-endpoints/",
      asOf: "2026-06",
    },
    "github-models": {
      baseUrl: "https://models.github.ai/inference",
      docs: "https://docs.github.com/en/rest/models/inference",
      asOf: "2026-06",
    },
    "nvidia-nim": {
      baseUrl: "https://integrate.api.nvidia.com/v1",
      docs: "https://docs.api.nvidia.com/nim/reference/llm-apis",
      asOf: "2026-06",
    },
    vultr: { baseUrl: "https://api.vultrinference.com/v1", docs: "https://api.vultrinference.com/", asOf: "2026-06" },
  }),
};
