import * as z from "zod";
import { continentSchema, countrySchema, timestampSchema } from "../../core/policy/schema/values.ts";

const MOST_TOKENS = 100_000_000;

const featuresSchema = z.strictObject({
  messages: z.int().min(0).max(100_000).optional().describe("How many turns the conversation has. Default 1."),
  maxTokens: z.int().min(0).max(MOST_TOKENS).optional().describe("Output tokens asked for at most. Default: nothing is said."),
  tools: z.boolean().optional().describe("Whether tools are offered to the model. Default false."),
  images: z.boolean().optional().describe("Whether it holds images. Default false."),
  audio: z.boolean().optional().describe("Whether it holds audio. Default false."),
  jsonSchema: z.boolean().optional().describe("Whether the answer must follow a JSON Schema. Default false."),
  reasoning: z.boolean().optional().describe("Whether thinking is asked for. Default false."),
});

/** Fields that a body says itself. */
export const TOLD_BY_BODY = ["model", "stream", "tokens", "features", "prefix"] as const;

/** A request as people describe it: who asks what. With `body` the request itself says what it holds. */
export const requestSchema = z.strictObject({
  at: timestampSchema.optional().describe("When it came. RFC 3339; default: now."),
  tenant: z.string().min(1).optional().describe("Default `default`."),
  caller: z.string().min(1).optional().describe("Name of the Consumer. Default: nobody that the policies know."),
  key: z.string().min(1).optional().describe("Id or name of its API key. Default: none."),
  roles: z.array(z.string()).optional().describe("Default: those of the Consumer."),
  tags: z.record(z.string(), z.string()).optional().describe("Default: those of the Consumer."),
  path: z
    .string()
    .startsWith("/")
    .optional()
    .describe("Path called, with its query where it has one. Default /v1/chat/completions."),
  headers: z.record(z.string(), z.string()).optional().describe("Request headers. Default: none."),
  country: countrySchema.optional().describe("Where it comes from. Default: unknown."),
  continent: continentSchema.optional().describe("Where it comes from. Default: unknown."),
  body: z.record(z.string(), z.unknown()).optional().describe("The request's body, in the format of its path."),
  model: z.string().min(1).optional().describe("Virtual model asked for."),
  stream: z.boolean().optional().describe("Whether the answer is streamed. Default false."),
  tokens: z.int().min(0).max(MOST_TOKENS).optional().describe("Input tokens, about. Default 0."),
  features: featuresSchema.optional().describe("What it holds. Default: text alone."),
  prefix: z.string().optional().describe("The beginning of the conversation, where `hash: { by: Prefix }` matters."),
});

export type RequestDescription = z.output<typeof requestSchema>;
