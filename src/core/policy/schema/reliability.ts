import * as z from "zod";
import { FAILURE_CLASSES } from "../../failure.ts";
import { durationSchema } from "./values.ts";

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
});

export type Timeouts = z.output<typeof timeoutsSchema>;
export type Failover = z.output<typeof failoverSchema>;
