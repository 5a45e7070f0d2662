import * as z from "zod";
import { allowSchema, blockSchema } from "./access.ts";
import { certificateMatchSchema, tokenMatchSchema } from "./authentication.ts";
import { keyHashSchema, keyIdSchema } from "./api-keys.ts";
import { budgetsSchema, limitsSchema } from "./limits.ts";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { labelSchema, objectNameSchema, tagNameSchema, timestampSchema } from "./values.ts";

const MOST_TAGS = 16;

const keySchema = z.strictObject({
  name: labelSchema.describe("Name of the key, unique in this consumer."),
  id: keyIdSchema("fl").describe("Public part of the key: 12 letters and digits, unique over all consumers."),
  hash: keyHashSchema("fairlead keys create").describe(
    "Version of the pepper, `:` and HMAC-SHA-256 of the key under it, in hex.",
  ),
  notBefore: timestampSchema.optional().describe("Time before which the key is refused. RFC 3339; default: valid at once."),
  expires: timestampSchema.optional().describe("Time from which the key is refused. RFC 3339; default: never."),
  revoked: z.boolean().optional().describe("Refuse the key now. Default false."),
  limits: limitsSchema.describe("Limits of this key alone, beside those of the consumer. Default: none."),
  budgets: budgetsSchema.describe("Budgets of this key alone, beside those of the consumer. Default: none."),
});

const tagsSchema = z
  .record(tagNameSchema, z.string().max(256))
  .refine((tags) => Object.keys(tags).length <= MOST_TAGS, `at most ${MOST_TAGS} tags`)
  .meta({ maxProperties: MOST_TAGS });

const specSchema = z.strictObject({
  parent: objectNameSchema
    .optional()
    .describe(
      "Another Consumer of the namespace, such as a team: its limits and budgets count this consumer's requests too. Default: none.",
    ),
  keys: z.array(keySchema).max(64).optional().describe("API keys, as hashes. Default: none."),
  tokens: z
    .array(tokenMatchSchema)
    .max(64)
    .optional()
    .describe("Tokens of the gateway's issuers that are this consumer's. Default: none."),
  certificates: z
    .array(certificateMatchSchema)
    .max(64)
    .optional()
    .describe(
      "Client certificates that are this consumer's, as Cloudflare verified them. Only behind its mutual TLS; elsewhere there are none. Default: none.",
    ),
  roles: z
    .array(labelSchema)
    .max(64)
    .optional()
    .describe("Roles: what they allow is said by the gateway, and rules can match them. Default: none."),
  tags: tagsSchema.optional().describe("Facts about the consumer, which rules can match. At most 16."),
  allow: allowSchema
    .optional()
    .describe(
      "What the consumer may use, beside what its roles allow. Default: that alone, and everything in its namespace where no role of it allows anything.",
    ),
  block: blockSchema.optional().describe("What the consumer may not use, whatever else allows it. Default: nothing."),
  limits: limitsSchema.describe("How much at a time. A request must fit all of them. Default: no limit."),
  budgets: budgetsSchema.describe(
    "How much in a day, a week or a month. What a request is likely to need is reserved when it begins, and replaced by what it used. Default: no budget.",
  ),
  admission: z
    .enum(["Beside", "Strict"])
    .optional()
    .describe(
      "`Strict` sends nothing upstream before the ledger has granted it. `Beside` asks meanwhile, unless little is left, and cancels what is refused. Default `Beside`.",
    ),
});

export const consumerSchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal("Consumer").describe("Always `Consumer`."),
    metadata: metadataSchema,
    spec: specSchema.describe("How the consumer is recognised and what it may do."),
  })
  .describe("A tenant's application: its API keys, tags and allowed models.");

export type Consumer = z.output<typeof consumerSchema>;
