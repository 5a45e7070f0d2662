import * as z from "zod";
import { CAPABILITIES } from "../../capability.ts";
import { locationSchema } from "./balancing.ts";
import { endpointSchema, regionSchema, switchSchema } from "./endpoint.ts";
import { credentialLimitsSchema } from "./limits.ts";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { labelSchema, modelPatternSchema, secretKeyRefSchema, text, urlSchema, usdSchema } from "./values.ts";

/** Keys of which a provider has exactly one. */
export const PROVIDER_SOURCES = ["catalogue", "endpoint", "simulator"] as const;

const priceSchema = z.strictObject({
  inputPerMillion: usdSchema.describe("Price of a million input tokens. US dollars."),
  outputPerMillion: usdSchema.describe("Price of a million output tokens. US dollars."),
  cachedInputPerMillion: usdSchema
    .optional()
    .describe("Price of a million input tokens read from the provider's cache. US dollars; default: the input price."),
  cacheWritePerMillion: usdSchema
    .optional()
    .describe("Price of a million input tokens written to the provider's cache. US dollars; default: the input price."),
  cacheWriteHourPerMillion: usdSchema
    .optional()
    .describe(
      "Price of a million input tokens kept for an hour in the provider's cache. US dollars; default: `cacheWritePerMillion`.",
    ),
  reasoningPerMillion: usdSchema
    .optional()
    .describe("Price of a million reasoning tokens. US dollars; default: the output price."),
  audioInputPerMillion: usdSchema
    .optional()
    .describe(
      "Price of a million audio tokens of the input, where the provider tells them apart. US dollars; default: the input price.",
    ),
  imageInputPerMillion: usdSchema
    .optional()
    .describe(
      "Price of a million image tokens of the input, where the provider tells them apart. US dollars; default: the input price.",
    ),
  audioOutputPerMillion: usdSchema
    .optional()
    .describe(
      "Price of a million audio tokens of the answer, where the provider tells them apart. US dollars; default: the output price.",
    ),
  imageOutputPerMillion: usdSchema
    .optional()
    .describe(
      "Price of a million image tokens of the answer, where the provider tells them apart. US dollars; default: the output price.",
    ),
});

const MOST_TOKENS = 100_000_000;

const modelSchema = z.strictObject({
  name: modelPatternSchema.describe("Model as the provider names it; a final `*` stands for every name with that prefix."),
  contextTokens: z
    .int()
    .min(1)
    .max(MOST_TOKENS)
    .optional()
    .describe("Context window, question and answer together. A count of tokens; default: the catalogue's, else unknown."),
  maxOutputTokens: z
    .int()
    .min(1)
    .max(MOST_TOKENS)
    .optional()
    .describe("Longest answer. A count of tokens; default: the catalogue's, else unknown."),
  capabilities: z
    .array(z.enum(CAPABILITIES))
    .max(CAPABILITIES.length)
    .optional()
    .describe(
      "Everything the model can do beyond plain text. What is not listed it is not asked for. Default: the catalogue's; without one, everything is tried.",
    ),
  price: priceSchema.optional().describe("Price. Default: the catalogue's; without one the cost of an answer is unknown."),
});

const credentialSchema = z.strictObject({
  name: labelSchema.describe("Name of the credential, unique in this provider."),
  secretKeyRef: secretKeyRefSchema,
  limits: credentialLimitsSchema.describe(
    "What the provider lets this key do. Beyond it the next credential is used, or the next target; nothing is sent before the ledger has granted it. Default: no limit.",
  ),
});

const specSchema = z
  .strictObject({
    catalogue: labelSchema
      .optional()
      .describe(
        "Row of the built-in catalogue, such as `openai`. Exactly one of `catalogue`, `endpoint` and `simulator` is set.",
      ),
    baseURL: urlSchema
      .optional()
      .describe(
        "Replaces the base URL of the catalogue row, and is required where every account has its own. Only with `catalogue`.",
      ),
    aws: z
      .strictObject({ region: regionSchema.describe("Region asked, such as us-east-1.") })
      .optional()
      .describe("Where in AWS the models are. Required with the rows of the catalogue that have regions, and only with them."),
    endpoint: endpointSchema
      .optional()
      .describe("Any other HTTP endpoint. Exactly one of `catalogue`, `endpoint` and `simulator` is set."),
    simulator: z
      .strictObject({})
      .optional()
      .describe(
        "The built-in simulator, which answers without a network. Exactly one of `catalogue`, `endpoint` and `simulator` is set.",
      ),
    location: locationSchema
      .optional()
      .describe("Where the models run. Targets can be preferred or restricted by it. Default: unknown."),
    trustDomain: text("a trust domain, at most 256 characters", /^[!-~]+$/, 256)
      .optional()
      .describe(
        "Trust domain that the backend is in: transaction tokens of this domain are passed on to it, unmodified. Default: none, and no token is passed on.",
      ),
    health: switchSchema
      .optional()
      .describe(
        "Whether what its answers show (failures, refused credentials, requests to wait) keeps later requests away for a while. `Disabled` where a load balancer behind it sees to that. Default `Enabled`.",
      ),
    repair: switchSchema
      .optional()
      .describe(
        "Whether answers and streams that break their own format are mended before they pass: every chunk is then looked at. Default: the catalogue row's; for an endpoint `Enabled` with OpenAI's formats, else `Disabled`.",
      ),
    credentials: z
      .array(credentialSchema)
      .max(8)
      .optional()
      .describe("Credentials in order of use; the next one is tried when one is refused. Default: none, and nothing is sent."),
    models: z
      .array(modelSchema)
      .min(1)
      .max(256)
      .optional()
      .describe(
        "Models that targets may name. Default: those of the catalogue row; any, where the row does not know them all or there is no row.",
      ),
  })
  .meta({
    oneOf: PROVIDER_SOURCES.map((source) => ({ required: [source] })),
    "x-kubernetes-validations": [
      {
        rule: "[has(self.catalogue), has(self.endpoint), has(self.simulator)].exists_one(isSet, isSet)",
        message: "exactly one of catalogue, endpoint and simulator must be set",
      },
      { rule: "!has(self.baseURL) || has(self.catalogue)", message: "baseURL goes with catalogue" },
      { rule: "!has(self.aws) || has(self.catalogue)", message: "aws goes with catalogue" },
      { rule: "!has(self.simulator) || !has(self.credentials)", message: "a simulator takes no credentials" },
    ],
  });

export const llmProviderSchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal("LLMProvider").describe("Always `LLMProvider`."),
    metadata: metadataSchema,
    spec: specSchema.describe("Where the models are and how they are reached."),
  })
  .describe(
    "How to reach models: a catalogue row, an endpoint or the simulator, with credentials and prices. <NAME>_BASE_URL and <NAME>_MODEL in the environment replace the base URL and the upstream model name of the provider of that name; of a server put in a hosted row's place only the row's own dialect is assumed.",
  );

export type LLMProvider = z.output<typeof llmProviderSchema>;
