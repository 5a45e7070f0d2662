import * as z from "zod";
import { durationSchema, labelSchema, modelNameSchema, objectNameSchema, percentageSchema, text } from "./values.ts";

const LONGEST_LIFETIME = "720h";
const LONGEST_NEGATIVE_LIFETIME = "10m";
const MOST_TAGS = 12;
const MOST_SHARDS = 16;
const MOST_DIMENSIONS = 1_536;

/** What holds where a policy says nothing. */
export const DEFAULT_SEMANTIC = { per: "Hit", mode: "Enforce", shadowBudget: "3%" } as const;
export const DEFAULT_CHARGE = "0%";
export const DEFAULT_WORKERS_AI_DIMENSIONS = 1_024;

const exactSchema = z.strictObject({
  ttl: durationSchema(LONGEST_LIFETIME).describe("Lifetime of a stored answer. A duration."),
  staleWhileRevalidate: durationSchema(LONGEST_LIFETIME)
    .optional()
    .describe(
      "For so long after its lifetime an answer is still given while it is asked for anew behind the caller's back. A duration; default: not at all.",
    ),
  staleIfError: durationSchema(LONGEST_LIFETIME)
    .optional()
    .describe(
      "For so long after its lifetime an answer is given, marked, when every target has failed. A duration; default: not at all.",
    ),
});

const semanticSchema = z.strictObject({
  maxFalseHitRate: percentageSchema.describe(
    "Highest share of wrong answers among hits that is accepted. A percentage from 0.1% to 20%.",
  ),
  per: z
    .enum(["Hit", "Request"])
    .optional()
    .describe("What the rate is a share of: answers from this tier, or all requests, which is far weaker. Default `Hit`."),
  mode: z
    .enum(["Enforce", "Shadow"])
    .optional()
    .describe(
      "`Shadow` gives nothing and learns what would have been given, so that the rate of hits and errors can be read off. `Enforce` does the same until the measured rate is certified, and then gives answers. Default `Enforce`.",
    ),
  shadowBudget: percentageSchema
    .optional()
    .describe("Largest share of hits whose question is asked upstream all the same, to learn. A percentage; default 3%."),
});

/** `cache` of a rule: what may be given again, and to whom. */
export const cacheSchema = z.strictObject({
  exact: exactSchema
    .optional()
    .describe("Gives a stored answer to the same question, also in another spelling that means nothing. Default: off."),
  semantic: semanticSchema
    .optional()
    .describe(
      "Gives a stored answer to a question of the same meaning, as far as that is proven. Requires `exact`. Default: off.",
    ),
  sharedBy: z
    .enum(["Principal", "Consumer", "Tenant"])
    .optional()
    .describe("Who may be given an answer: who asked for it, its Consumer, or its whole namespace. Default `Consumer`."),
  coalesce: z
    .strictObject({})
    .optional()
    .describe(
      "Of equal questions under way at the same time anywhere, one is asked upstream and the others wait for its answer. The store is asked first. Default: within one isolate only.",
    ),
  charge: percentageSchema
    .optional()
    .describe("Share of the original's cost and tokens that a hit is charged to limits and budgets. A percentage; default 0%."),
  tags: z
    .array(labelSchema)
    .max(MOST_TAGS)
    .optional()
    .describe("Names by which stored answers can be purged together. Default: none."),
  promptVersion: text("letters, digits and . _ -, at most 63 characters", /^[A-Za-z0-9][A-Za-z0-9._-]*$/, 63)
    .optional()
    .describe("Version of what the application asks with: answers of another version are not given, and can be purged."),
  negative: z
    .strictObject({
      ttl: durationSchema(LONGEST_NEGATIVE_LIFETIME).describe("How long a refusal is repeated. A duration of at most 10m."),
    })
    .optional()
    .describe("Repeats a provider's refusal of a request that it would refuse again (400). Default: off."),
});

/** Keys of which an embedder has exactly one. */
export const EMBEDDERS = ["provider", "workersAi"] as const;

const embedderSchema = z
  .strictObject({
    provider: objectNameSchema
      .optional()
      .describe(
        "Name of an LLMProvider of the gateway's namespace that has OpenAI-compatible embeddings. Exactly one of `provider` and `workersAi` is set.",
      ),
    model: modelNameSchema.optional().describe("Model as that provider names it. Required with `provider`, and only with it."),
    prefix: z
      .string()
      .max(64)
      .optional()
      .describe("What the model wants before a question, such as `query: `. Only with `provider`. Default: nothing."),
    dimensions: z
      .int()
      .min(8)
      .max(MOST_DIMENSIONS)
      .optional()
      .describe(
        "Length of the model's vectors; others are not used. A count. Required with `provider`; default 1024 with `workersAi`.",
      ),
    workersAi: z
      .strictObject({ model: modelNameSchema.describe("Model of Workers AI, such as `@cf/baai/bge-m3`.") })
      .optional()
      .describe("Cloudflare's own models, where the binding `AI` is. Exactly one of `provider` and `workersAi` is set."),
  })
  .meta({
    oneOf: EMBEDDERS.map((source) => ({ required: [source] })),
    "x-kubernetes-validations": [
      { rule: "has(self.provider) != has(self.workersAi)", message: "exactly one of provider and workersAi must be set" },
      { rule: "has(self.provider) == has(self.model)", message: "model goes with provider" },
      { rule: "!has(self.provider) || has(self.dimensions)", message: "provider needs dimensions" },
      { rule: "!has(self.prefix) || has(self.provider)", message: "prefix goes with provider" },
    ],
  });

/** `spec.cache` of a gateway. */
export const gatewayCacheSchema = z.strictObject({
  embedder: embedderSchema
    .optional()
    .describe(
      "What finds questions of the same meaning. Default: feature hashing in the router itself, which knows near-duplicates only.",
    ),
  shards: z
    .int()
    .min(1)
    .max(MOST_SHARDS)
    .optional()
    .describe("Objects that a tenant's answers are divided among, in each region. A count from 1 to 16; default 1."),
});

export type CacheRule = z.output<typeof cacheSchema>;
export type GatewayCache = z.output<typeof gatewayCacheSchema>;
