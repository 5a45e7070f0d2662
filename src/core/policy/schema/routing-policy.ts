import * as z from "zod";
import { CAPABILITIES } from "../../capability.ts";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { failoverSchema, timeoutsSchema } from "./reliability.ts";
import { durationSchema, labelSchema, modelNameSchema, modelPatternSchema, objectNameSchema } from "./values.ts";

const LONGEST_CACHE_LIFETIME = "720h";

const targetSchema = z.strictObject({
  provider: objectNameSchema.describe("Name of an LLMProvider in the same namespace."),
  model: modelNameSchema.describe("Model as that provider names it."),
  weight: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Share of requests relative to the other targets of the group. A count from 1 to 1000000; default 1."),
});

const groupSchema = z.strictObject({
  name: labelSchema.describe("Name of the group, unique in its rule."),
  targets: z.array(targetSchema).min(1).max(16).describe("Targets among which one is drawn by weight."),
});

const cacheSchema = z.strictObject({
  exact: z
    .strictObject({
      ttl: durationSchema(LONGEST_CACHE_LIFETIME).describe(
        "Lifetime of a stored answer. A duration, rounded up to whole seconds.",
      ),
    })
    .optional()
    .describe("Answers an identical request of the same consumer from memory. Default: off."),
});

const ruleSchema = z.strictObject({
  name: labelSchema.describe("Name of the rule, unique in this policy."),
  groups: z
    .array(groupSchema)
    .min(1)
    .max(8)
    .describe("Priority groups in order: the next one is used when the one before cannot answer."),
  failover: failoverSchema.optional().describe("When and how often another target is asked. Default: the gateway's."),
  timeouts: timeoutsSchema.optional().describe("Time limits. Default: the gateway's."),
  cache: cacheSchema.optional().describe("Which answers may be reused. Default: none."),
  require: z
    .array(z.enum(CAPABILITIES))
    .min(1)
    .max(CAPABILITIES.length)
    .optional()
    .describe(
      "Capabilities a target must have to be asked, whatever the request holds. A model of which nothing is known counts as able. Default: only what the request itself uses.",
    ),
  unsupported: z
    .enum(["Refuse", "Drop"])
    .optional()
    .describe(
      "What happens to a part of a request that would change the answer and that a target's wire format cannot say: `Refuse` answers 400, `Drop` leaves it out and names it in the header x-fairlead-warnings. Default `Refuse`.",
    ),
});

const specSchema = z.strictObject({
  models: z
    .array(
      z.strictObject({ name: modelPatternSchema.describe("Virtual model as callers name it; a final `*` matches a prefix.") }),
    )
    .min(1)
    .max(64)
    .describe("Virtual models this policy serves. Each is served by one policy of a namespace."),
  rules: z
    .array(ruleSchema)
    .min(1)
    .max(64)
    .describe("Rules in order. Rules take no conditions yet, so the first one always applies and a second is refused."),
});

export const routingPolicySchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal("RoutingPolicy").describe("Always `RoutingPolicy`."),
    metadata: metadataSchema,
    spec: specSchema.describe("Which models are served, and by what."),
  })
  .describe("Maps virtual models to ordered groups of targets, with failover, time limits and cache.");

export type RoutingPolicy = z.output<typeof routingPolicySchema>;
