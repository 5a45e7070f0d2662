import * as z from "zod";
import { CACHE_STATES } from "../../core/cache/cache-state.ts";
import { timestampSchema } from "../../core/policy/schema/values.ts";

const count = z.int().min(0).max(1_000_000_000);
const milliseconds = z.number().min(0).max(86_400_000);
const nameSchema = z.string().min(1).max(512);

const featuresSchema = z.strictObject({
  messages: count,
  maxTokens: count,
  tools: z.boolean(),
  images: z.boolean(),
  audio: z.boolean(),
  jsonSchema: z.boolean(),
  reasoning: z.boolean(),
});

const tokensSchema = z.strictObject({
  in: count.describe("Input tokens, cached ones included; what rules estimate from a request's size."),
  out: count.describe("Output tokens, reasoning included."),
  cached: count.optional().describe("Of the input: read from the provider's cache. Default 0."),
  written: count.optional().describe("Of the input: written into the provider's cache. Default 0."),
});

/**
 * One request of a trace, as one line of JSON. What is left out is not known: rules that read it are not decided by such a
 * line, with two exceptions: roles and tags are then those of the Consumer in the policies.
 */
export const traceLineSchema = z.strictObject({
  id: nameSchema.describe("Unique; its draws come from it."),
  at: timestampSchema.describe("When it came in. RFC 3339."),
  tenant: nameSchema,
  caller: nameSchema.describe("Name of the consumer."),
  key: nameSchema.optional().describe("Id of its API key."),
  roles: z.array(nameSchema).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  model: nameSchema.describe("Virtual model asked for."),
  operation: z.enum(["chat", "embeddings", "count_tokens"]),
  path: z.string().startsWith("/").optional(),
  headers: z.record(z.string(), z.string()).optional().describe("Those that rules read, names in lower case."),
  region: nameSchema.optional().describe("Where it was served."),
  stream: z.boolean(),
  tokens: tokensSchema.nullish(),
  features: featuresSchema.optional(),
  route: nameSchema.nullish().describe("What decided it then: `namespace/policy/rule`, and `/variant`."),
  target: nameSchema.nullish().describe("`provider/model` that answered; null when none did."),
  cache: z.enum(CACHE_STATES).optional(),
  outcome: z.enum(["ok", "failed", "client_left"]),
  ttftMs: milliseconds.nullish().describe("Until the first content."),
  durationMs: milliseconds.nullish().describe("Until the end."),
  costMicroUsd: count.nullish(),
});

export type TraceLine = z.output<typeof traceLineSchema>;
