import * as z from "zod";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { labelSchema, modelPatternSchema, secretKeyRefSchema, urlSchema, usdSchema } from "./values.ts";

/** Keys of which a provider has exactly one. */
export const PROVIDER_SOURCES = ["catalogue", "endpoint", "simulator"] as const;

const HEADER_ALLOWED = "an HTTP header name in lower case that may carry a credential, such as authorization or x-api-key";
/** Headers that steer the connection, the body or a router: a secret in one of them would change where or how the request goes. */
const STEERING_HEADER =
  /^(host|connection|cookie|expect|keep-alive|te|trailer|transfer-encoding|upgrade|via|(content|accept|proxy|sec|cf|x-forwarded|x-fairlead)-.*)$/;

const authSchema = z.strictObject({
  header: z
    .string({ error: HEADER_ALLOWED })
    .max(64, { error: HEADER_ALLOWED, abort: true })
    .regex(/^[a-z][a-z0-9-]*$/, { error: HEADER_ALLOWED, abort: true })
    .refine((header) => !STEERING_HEADER.test(header), HEADER_ALLOWED)
    .optional()
    .describe("Header that carries the credential. Default `authorization`."),
  prefix: z
    .string()
    .max(32)
    .regex(/^[!-~ ]*$/, "printable ASCII, at most 32 characters")
    .optional()
    .describe('Text before the credential. Default `"Bearer "` for `authorization`, else none.'),
});

const endpointSchema = z.strictObject({
  baseURL: urlSchema.describe("Base URL up to and including the version, such as https://llm.example.com/v1."),
  dialect: z.enum(["openai-chat"]).optional().describe("Wire format spoken there. Default `openai-chat`."),
  auth: authSchema.optional().describe("How the credential is sent. Default: `authorization: Bearer <credential>`."),
});

const priceSchema = z.strictObject({
  inputPerMillion: usdSchema.describe("Price of a million input tokens. US dollars."),
  outputPerMillion: usdSchema.describe("Price of a million output tokens. US dollars."),
  cachedInputPerMillion: usdSchema
    .optional()
    .describe("Price of a million input tokens read from the provider's cache. US dollars; default: the input price."),
});

const modelSchema = z.strictObject({
  name: modelPatternSchema.describe("Model as the provider names it; a final `*` stands for every name with that prefix."),
  contextTokens: z
    .int()
    .min(1)
    .max(100_000_000)
    .optional()
    .describe("Context window. A count of tokens; default: the catalogue's. Recorded only; routing does not read it yet."),
  price: priceSchema.optional().describe("Price. Default: the catalogue's; without one the cost of an answer is unknown."),
});

const credentialSchema = z.strictObject({
  name: labelSchema.describe("Name of the credential, unique in this provider."),
  secretKeyRef: secretKeyRefSchema,
});

const specSchema = z
  .strictObject({
    catalogue: labelSchema
      .optional()
      .describe(
        "Row of the built-in catalogue, such as `openai`. Exactly one of `catalogue`, `endpoint` and `simulator` is set.",
      ),
    baseURL: urlSchema.optional().describe("Replaces the base URL of the catalogue row. Only with `catalogue`."),
    endpoint: endpointSchema
      .optional()
      .describe("Any other HTTP endpoint. Exactly one of `catalogue`, `endpoint` and `simulator` is set."),
    simulator: z
      .strictObject({})
      .optional()
      .describe(
        "The built-in simulator, which answers without a network. Exactly one of `catalogue`, `endpoint` and `simulator` is set.",
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
        "Models that targets may name. Default: those of the catalogue row; any, where the row lists none or there is no row.",
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
    "How to reach models: a catalogue row, an endpoint or the simulator, with credentials and prices. <NAME>_BASE_URL and <NAME>_MODEL in the environment replace the base URL and the upstream model name of the provider of that name.",
  );

export type LLMProvider = z.output<typeof llmProviderSchema>;
