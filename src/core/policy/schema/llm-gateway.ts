import * as z from "zod";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { failoverSchema, timeoutsSchema } from "./reliability.ts";
import { hostnameSchema, labelSchema, percentageSchema, sizeSchema, urlSchema } from "./values.ts";

/** Built-in upper bounds. A gateway may lower them and never raise them. */
export const MAXIMUM_CAPS = { chatBody: "4Mi", embeddingsBody: "8Mi", messages: 2_048, tools: 256, liveStreams: 256 } as const;
export const DEFAULT_RETRY_BUDGET = { percent: "10%", minPerSecond: 1 } as const;

const listenerSchema = z.strictObject({
  name: labelSchema.describe("Name of the listener, unique in this gateway."),
  hostnames: z.array(hostnameSchema).max(64).optional().describe("Host names served, without port. Default: every host."),
});

const networkSchema = z.strictObject({
  allowPrivate: z
    .array(urlSchema)
    .max(64)
    .optional()
    .describe(
      "Origins (scheme://host[:port]) that providers may use although they are private, plain http or on another port than 443. Default: none. Cloud metadata addresses are never allowed.",
    ),
});

const retryBudgetSchema = z.strictObject({
  percent: percentageSchema
    .optional()
    .describe("Retries and failovers as a share of requests, per isolate. A percentage; default 10%."),
  minPerSecond: z
    .int()
    .min(0)
    .max(1_000)
    .optional()
    .describe("Retries per second that are always allowed, whatever the share. A count from 0 to 1000; default 1."),
});

const capsSchema = z.strictObject({
  chatBody: sizeSchema.optional().describe("Largest chat request body. A size; default and maximum 4Mi."),
  embeddingsBody: sizeSchema.optional().describe("Largest embeddings request body. A size; default and maximum 8Mi."),
  messages: z
    .int()
    .min(1)
    .max(MAXIMUM_CAPS.messages)
    .optional()
    .describe("Most messages in one request. A count; default and maximum 2048."),
  tools: z
    .int()
    .min(0)
    .max(MAXIMUM_CAPS.tools)
    .optional()
    .describe("Most tools in one request. A count; default and maximum 256."),
  liveStreams: z
    .int()
    .min(1)
    .max(MAXIMUM_CAPS.liveStreams)
    .optional()
    .describe("Most answers streamed at once by one isolate. A count; default and maximum 256."),
});

const specSchema = z.strictObject({
  listeners: z.array(listenerSchema).max(16).optional().describe("Where callers arrive. Default: one listener for every host."),
  network: networkSchema.optional().describe("Which destinations are allowed beyond public https on port 443."),
  defaults: z
    .strictObject({
      timeouts: timeoutsSchema.optional().describe("Time limits of rules that set none."),
      failover: failoverSchema.optional().describe("Failover of rules that set none."),
    })
    .optional()
    .describe("What holds for a rule that says nothing itself."),
  retryBudget: retryBudgetSchema.optional().describe("Bounds the extra load that retries and failovers may cause."),
  caps: capsSchema.optional().describe("Upper bounds per request and isolate. They can be lowered, not raised."),
});

export const llmGatewaySchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal("LLMGateway").describe("Always `LLMGateway`."),
    metadata: metadataSchema,
    spec: specSchema.describe("What this deployment serves and allows."),
  })
  .describe(
    "One deployment and trust boundary: hosts served, destinations allowed, defaults and caps. A policy set has at most one.",
  );

export type LLMGateway = z.output<typeof llmGatewaySchema>;
