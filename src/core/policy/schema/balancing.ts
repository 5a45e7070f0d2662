import * as z from "zod";
import { headerNameSchema } from "./matching.ts";
import { durationSchema, labelSchema, percentageSchema, text, usdSchema } from "./values.ts";

/** Keys of which a balance has exactly one. */
export const BALANCES = ["weighted", "leastLatency", "leastCost", "leastInFlight", "hash"] as const;

const LONGEST_TTFT = "600s";

/** What requests that belong together have in common. */
export const affinitySchema = z.strictObject({
  by: z
    .enum(["Caller", "Key", "Header", "Prefix"])
    .describe(
      "`Caller` is the consumer, `Key` its API key, `Header` the value of a request header (the consumer where it is missing), `Prefix` the beginning of the conversation, so that a provider's prompt cache is met again.",
    ),
  header: headerNameSchema.optional().describe("Name of the header. Required with `Header`, and only with it."),
});

const ttftSchema = durationSchema(LONGEST_TTFT).optional();

const leastCostSchema = z.strictObject({
  maxInputPerMillion: usdSchema
    .optional()
    .describe("Targets whose input costs more are not asked. US dollars; default: no limit."),
  maxOutputPerMillion: usdSchema
    .optional()
    .describe("Targets whose output costs more are not asked. US dollars; default: no limit."),
  minTokensPerSecond: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Targets seen to write slower than this come after the others. A count; default: no limit."),
  maxTtft: z
    .strictObject({
      p50: ttftSchema.describe("Median. A duration; default: no limit."),
      p90: ttftSchema.describe("90th percentile. A duration; default: no limit."),
      p99: ttftSchema.describe("99th percentile. A duration; default: no limit."),
    })
    .optional()
    .describe("Targets whose first content was seen to come later than this come after the others. Default: no limit."),
});

export const balanceSchema = z
  .strictObject({
    weighted: z.strictObject({}).optional().describe("By weight. This is the default."),
    leastLatency: z
      .strictObject({
        costWeight: percentageSchema
          .optional()
          .describe("How much price counts beside latency: `0%` not at all, `100%` as much. Default 30%."),
      })
      .optional()
      .describe("The better of two drawn by weight: recent time to first content, requests in flight, failures, price."),
    leastCost: leastCostSchema
      .optional()
      .describe(
        "The cheapest that satisfies the limits. Where one limits a price, a target whose price is not known is not asked.",
      ),
    leastInFlight: z
      .strictObject({})
      .optional()
      .describe("The one with the fewest requests in flight for its weight, as this isolate sees it."),
    hash: affinitySchema
      .optional()
      .describe("Requests with the same key go to the same target while it has room; a changed list moves few keys."),
  })
  .meta({
    oneOf: BALANCES.map((name) => ({ required: [name] })),
    "x-kubernetes-validations": [
      {
        rule: `[${BALANCES.map((name) => `has(self.${name})`).join(", ")}].exists_one(isSet, isSet)`,
        message: `exactly one of ${BALANCES.join(", ")} must be set`,
      },
    ],
  });

const JURISDICTION_ALLOWED = "letters, digits and '-', at most 32 characters, such as EU";
export const jurisdictionSchema = text(JURISDICTION_ALLOWED, /^[A-Za-z0-9][A-Za-z0-9-]*$/, 32);

/** Where something stands. */
export const locationSchema = z.strictObject({
  region: labelSchema.optional().describe("Region, such as eu-west. Default: unknown."),
  zone: labelSchema.optional().describe("Zone inside the region. Default: unknown."),
  jurisdiction: jurisdictionSchema.optional().describe("Whose law the data is under, such as EU. Default: unknown."),
});

export const localitySchema = z.strictObject({
  prefer: z
    .enum(["Region", "Zone"])
    .optional()
    .describe("Inside a group, targets in the router's own region (or zone, then region) come first. Default: no preference."),
  spill: z
    .enum(["Never", "WhenUnavailable", "WhenBusy"])
    .optional()
    .describe(
      "When a target farther away is asked: `Never`; `WhenUnavailable`, the near ones being out of rotation or having failed; `WhenBusy`, also when they have all the requests they can take. Default `WhenBusy`.",
    ),
  jurisdictions: z
    .array(jurisdictionSchema)
    .min(1)
    .max(16)
    .optional()
    .describe("Only targets in one of these are ever asked; one without a label is not. Default: any."),
});

export type Balance = z.output<typeof balanceSchema>;
export type Affinity = z.output<typeof affinitySchema>;
export type Location = z.output<typeof locationSchema>;
export type Locality = z.output<typeof localitySchema>;
