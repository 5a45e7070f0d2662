import * as z from "zod";
import { FAILURE_CLASSES } from "../../failure.ts";
import { durationSchema, usdSchema } from "./values.ts";

/** Classes a policy may fail over on: a request the provider refuses is refused everywhere, and a spent deadline leaves no time. */
const FAILOVER_CLASSES = FAILURE_CLASSES.filter((name) => name !== "invalid_request" && name !== "deadline");

/** What holds when neither the rule nor the gateway says anything. */
export const DEFAULT_TIMEOUTS = { ttft: "15s", idle: "30s", total: "600s" } as const;
export const DEFAULT_FAILOVER = {
  on: [
    "rate_limited",
    "overloaded",
    "quota_exhausted",
    "auth",
    "context_length",
    "timeout_ttft",
    "timeout_idle",
    "connection",
    "stream_cut",
    "malformed",
    "empty_completion",
    "shed",
    "evicted",
    "server_error",
  ],
  maxAttempts: 3,
} as const;

const LONGEST_REQUEST = "600s";

export const timeoutsSchema = z.strictObject({
  ttft: durationSchema(LONGEST_REQUEST)
    .optional()
    .describe("Longest wait from dispatch to the first content. A duration; default 15s, at most `total`."),
  idle: durationSchema(LONGEST_REQUEST)
    .optional()
    .describe("Longest silence between two bytes of an answer. A duration; default 30s, at most `total`."),
  total: durationSchema(LONGEST_REQUEST)
    .optional()
    .describe("Deadline of the whole request, over all attempts. A duration; default and maximum 600s."),
});

/** What holds when a hedge says nothing. */
export const DEFAULT_HEDGE = { afterPercentile: 95, minDelay: "500ms" } as const;

const hedgeSchema = z.strictObject({
  afterPercentile: z
    .int()
    .min(50)
    .max(99)
    .optional()
    .describe(
      "A second target is asked when the first one's content is later than this percentile of its own recent times. 50 to 99; default 95.",
    ),
  minDelay: durationSchema("60s").optional().describe("Never earlier than this. A duration; default 500ms."),
  maxExtraCost: usdSchema
    .optional()
    .describe(
      "No second target is asked when the request is expected to cost more than this there. US dollars; default: no limit.",
    ),
});

export const failoverSchema = z.strictObject({
  on: z
    .array(z.enum(FAILOVER_CLASSES))
    .max(FAILOVER_CLASSES.length)
    .optional()
    .describe(`Failure classes after which the next target is asked. Default: ${DEFAULT_FAILOVER.on.join(", ")}.`),
  maxAttempts: z
    .int()
    .min(1)
    .max(10)
    .optional()
    .describe("Attempts per request, the first one included. A count from 1 to 10; default 3."),
  hedge: hedgeSchema
    .optional()
    .describe(
      "Asks a second target beside a first one that is slow, and takes whoever has content first. At most 2 % of requests, and only where this is set.",
    ),
});

export type Timeouts = z.output<typeof timeoutsSchema>;
export type Failover = z.output<typeof failoverSchema>;
