import * as z from "zod";
import { labelSchema, modelPatternSchema, objectNameSchema, tagNameSchema, timestampSchema } from "./values.ts";

/** What of a request may be allowed or blocked. */
export const FEATURES = ["stream", "tools", "images", "audio", "jsonSchema", "reasoning", "embeddings"] as const;
export type Feature = (typeof FEATURES)[number];

const usesSchema = z.strictObject({
  models: z
    .array(modelPatternSchema)
    .max(256)
    .optional()
    .describe("Virtual models; a final `*` matches a prefix. Default: all of the namespace."),
  features: z
    .array(z.enum(FEATURES))
    .max(FEATURES.length)
    .optional()
    .describe(
      "What a request may use beyond plain text: `stream`, `tools`, `images`, `audio`, `jsonSchema`, `reasoning`, `embeddings`. Default: all of it.",
    ),
  providers: z.array(objectNameSchema).max(256).optional().describe("LLMProviders that may be asked. Default: all."),
  regions: z
    .array(labelSchema)
    .max(64)
    .optional()
    .describe("Regions in which targets must be; one whose region is not known is in none. Default: anywhere."),
  tags: z
    .record(tagNameSchema, z.string().max(256))
    .refine((tags) => Object.keys(tags).length <= 16, "at most 16 tags")
    .meta({ maxProperties: 16 })
    .optional()
    .describe("Tags the caller must have for this to apply. Default: none."),
  expires: timestampSchema.optional().describe("Time from which this does not apply any more. RFC 3339; default: never."),
});

/** What may be used: all that is stated holds at once. */
export const allowSchema = usesSchema;

/** What may not be used: requests for one of these models that use one of these features, or targets of these providers and regions. */
export const blockSchema = usesSchema;

export const roleSchema = z.strictObject({
  name: labelSchema.describe("Name of the role, unique in this gateway."),
  allow: z
    .array(allowSchema)
    .max(64)
    .optional()
    .describe("What callers with this role may use; one entry must cover a request whole. Default: nothing more."),
  block: z.array(blockSchema).max(64).optional().describe("What they may not use, whatever else allows it. Default: nothing."),
});

export type Uses = z.output<typeof usesSchema>;
