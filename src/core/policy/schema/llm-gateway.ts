import * as z from "zod";
import { roleSchema } from "./access.ts";
import { authenticationSchema } from "./authentication.ts";
import { adminSchema } from "./admin.ts";
import { apiVersionSchema, metadataSchema } from "./metadata.ts";
import { locationSchema } from "./balancing.ts";
import { gatewayCacheSchema } from "./cache.ts";
import { ledgerSchema } from "./ledger.ts";
import { failoverSchema, timeoutsSchema } from "./reliability.ts";
import {
  continentSchema,
  countrySchema,
  durationSchema,
  hostnameSchema,
  labelSchema,
  percentageSchema,
  sizeSchema,
  urlSchema,
} from "./values.ts";

/** Built-in upper bounds. A gateway may lower them and never raise them. */
export const MAXIMUM_CAPS = { chatBody: "4Mi", embeddingsBody: "8Mi", messages: 2_048, tools: 256, liveStreams: 256 } as const;
export const DEFAULT_RETRY_BUDGET = { percent: "10%", minPerSecond: 1 } as const;

export const DEFAULT_IDEMPOTENCY = { concurrent: "Wait", keep: "24h" } as const;

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

const idempotencySchema = z.strictObject({
  concurrent: z
    .enum(["Wait", "Conflict"])
    .optional()
    .describe(
      "What becomes of a duplicate while the first request under its key is under way: `Wait` gives it the first one's answer, `Conflict` refuses it with 409. Default `Wait`.",
    ),
  keep: durationSchema("168h")
    .optional()
    .describe("How long the outcome of a request is kept under its key. A duration; default 24h, at most 168h."),
});

const regionSchema = z.strictObject({
  region: labelSchema.describe("Region of the callers that come from here."),
  countries: z.array(countrySchema).min(1).max(256).optional().describe("Countries, as Cloudflare names them. Default: none."),
  continents: z.array(continentSchema).min(1).max(7).optional().describe("Continents. Default: none."),
});

const specSchema = z.strictObject({
  listeners: z.array(listenerSchema).max(16).optional().describe("Where callers arrive. Default: one listener for every host."),
  network: networkSchema.optional().describe("Which destinations are allowed beyond public https on port 443."),
  authentication: authenticationSchema.optional().describe("Which credentials are accepted. Default: API keys alone."),
  roles: z
    .array(roleSchema)
    .max(256)
    .optional()
    .describe("What callers with a role may use. Roles that are not listed allow and block nothing. Default: none."),
  location: locationSchema
    .omit({ jurisdiction: true })
    .optional()
    .describe("Where this router runs, when it runs in one place. Default: unknown."),
  regions: z
    .array(regionSchema)
    .max(64)
    .optional()
    .describe(
      "Regions by where a request came from, for a router that runs everywhere: the first entry that names the country or continent. Default: `location`.",
    ),
  explainRoles: z
    .array(labelSchema)
    .max(64)
    .optional()
    .describe("Roles whose callers may ask with `x-fairlead-debug: explain` how a request was decided. Default: none."),
  defaults: z
    .strictObject({
      timeouts: timeoutsSchema.optional().describe("Time limits of rules that set none."),
      failover: failoverSchema.optional().describe("Failover of rules that set none."),
    })
    .optional()
    .describe("What holds for a rule that says nothing itself."),
  retryBudget: retryBudgetSchema.optional().describe("Bounds the extra load that retries and failovers may cause."),
  ledger: ledgerSchema.optional().describe("How limits and budgets are kept."),
  idempotency: idempotencySchema.optional().describe("What the header `Idempotency-Key` of a caller does."),
  cache: gatewayCacheSchema.optional().describe("What all caches of answers have in common; rules say what is kept."),
  admin: adminSchema.optional().describe("Who may use the admin API."),
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
