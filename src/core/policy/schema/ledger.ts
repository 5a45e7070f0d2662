import * as z from "zod";
import { durationSchema, secretKeyRefSchema, urlSchema } from "./values.ts";

export const DEFAULT_LEASE = "2m";

const redisSchema = z.strictObject({
  baseURL: urlSchema.describe(
    "Address of a Redis that speaks Upstash's REST protocol: Upstash's own, or `fairlead redis-bridge` in front of any Redis or Valkey. Public https, unless `network.allowPrivate` names its origin.",
  ),
  secretKeyRef: secretKeyRefSchema,
  requestRates: z
    .enum(["Ledger", "UpstashRatelimit"])
    .optional()
    .describe(
      "Who decides limits on `requests`: the ledger, exactly, or `@upstash/ratelimit`, by an approximate sliding window and routers' clocks. Tokens, money and concurrency stay the ledger's. Default `Ledger`.",
    ),
});

/** `spec.ledger` of a gateway. */
export const ledgerSchema = z.strictObject({
  lease: durationSchema("10m")
    .optional()
    .describe(
      "What a request has reserved goes back after so long without news of it, less what it has used for certain. A duration; default 2m.",
    ),
  redis: redisSchema
    .optional()
    .describe("Keeps the books of limits and budgets in Redis. Default: in Durable Objects. Holds from a deployment on."),
});
