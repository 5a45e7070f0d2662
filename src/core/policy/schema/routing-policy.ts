import * as z from "zod";
import { CAPABILITIES } from "../../capability.ts";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { affinitySchema, balanceSchema, localitySchema } from "./balancing.ts";
import { cacheSchema } from "./cache.ts";
import { modelBudgetsSchema, modelLimitsSchema } from "./limits.ts";
import { matchSchema } from "./matching.ts";
import { failoverSchema, timeoutsSchema } from "./reliability.ts";
import { labelSchema, modelNameSchema, modelPatternSchema, objectNameSchema, percentageSchema } from "./values.ts";

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

/** Keys of which a group has exactly one. */
export const GROUP_SOURCES = ["targets", "model"] as const;

const groupSchema = z
  .strictObject({
    name: labelSchema.describe("Name of the group, unique in its list."),
    targets: z
      .array(targetSchema)
      .min(1)
      .max(16)
      .optional()
      .describe("Targets among which `balance` chooses. Exactly one of `targets` and `model` is set."),
    model: modelNameSchema
      .optional()
      .describe(
        "Another virtual model of the namespace: the rule of it that matches this request gives the targets. Exactly one of `targets` and `model` is set.",
      ),
    balance: balanceSchema.optional().describe("How a target is chosen. Default: by weight."),
  })
  .meta({
    oneOf: GROUP_SOURCES.map((source) => ({ required: [source] })),
    "x-kubernetes-validations": [
      { rule: "has(self.targets) != has(self.model)", message: "exactly one of targets and model must be set" },
      { rule: "!has(self.balance) || has(self.targets)", message: "balance goes with targets" },
    ],
  });

const groupsSchema = z.array(groupSchema).min(1).max(8);

const splitSchema = z.strictObject({
  by: affinitySchema.optional().describe("What always gets the same variant. Default: `{ by: Caller }`."),
  variants: z
    .array(
      z.strictObject({
        name: labelSchema.describe("Name of the variant, unique in its rule; responses show it after the rule's."),
        percent: percentageSchema.describe("Share of the keys. A percentage; those of a rule add up to 100%."),
        groups: groupsSchema.describe("Priority groups of this variant, in order."),
      }),
    )
    .min(2)
    .max(8)
    .describe("What the traffic is divided among, for a canary or an A/B test."),
});

const mirrorSchema = z.strictObject({
  percent: percentageSchema.describe("Share of requests of which a copy is sent. A percentage."),
  target: targetSchema.omit({ weight: true }).describe("Who gets the copy; its answer is discarded and its cost is booked."),
});

/** Keys of which a rule has exactly one. */
export const RULE_SOURCES = ["groups", "split"] as const;

const ruleSchema = z
  .strictObject({
    name: labelSchema.describe("Name of the rule, unique in this policy."),
    matches: z
      .array(matchSchema)
      .min(1)
      .max(16)
      .optional()
      .describe("When the rule applies: one of these holds, in all its fields. Default: always."),
    groups: groupsSchema
      .optional()
      .describe(
        "Priority groups in order: the next one is used when the one before cannot answer. Exactly one of `groups` and `split` is set.",
      ),
    split: splitSchema
      .optional()
      .describe("Divides callers among several lists of groups. Exactly one of `groups` and `split` is set."),
    locality: localitySchema.optional().describe("Which places are preferred, and which are allowed. Default: all alike."),
    priority: z
      .enum(["Interactive", "Batch"])
      .optional()
      .describe("What is refused first when a target has all the requests it can take: `Batch`. Default `Interactive`."),
    callerPreferences: z
      .enum(["Allow", "Ignore"])
      .optional()
      .describe("Whether a caller may choose among the rule's targets with the header x-fairlead-prefer. Default `Ignore`."),
    mirror: mirrorSchema.optional().describe("Sends copies of some requests to another target. Default: none."),
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
  })
  .meta({
    oneOf: RULE_SOURCES.map((source) => ({ required: [source] })),
    "x-kubernetes-validations": [
      { rule: "has(self.groups) != has(self.split)", message: "exactly one of groups and split must be set" },
    ],
  });

const specSchema = z.strictObject({
  mode: z
    .enum(["Enforce", "Shadow"])
    .optional()
    .describe(
      "`Shadow` evaluates the policy beside the one that is enforced for the same models and writes into the usage log what it would have done. Default `Enforce`.",
    ),
  models: z
    .array(
      z.strictObject({
        name: modelPatternSchema.describe("Virtual model as callers name it; a final `*` matches a prefix."),
        limits: modelLimitsSchema.describe(
          "How much all callers of the model together may use at a time, beside limits of their own. Only of an enforced policy. Default: no limit.",
        ),
        budgets: modelBudgetsSchema.describe("How much all of them may use in a day, a week or a month. Default: no budget."),
      }),
    )
    .min(1)
    .max(64)
    .describe("Virtual models this policy serves. Each is served by one enforced policy of a namespace."),
  rules: z
    .array(ruleSchema)
    .min(1)
    .max(64)
    .describe("Rules in order: the first one that matches decides. A request that none matches is refused."),
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
