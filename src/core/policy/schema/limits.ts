import * as z from "zod";
import { durationSchema, modelPatternSchema, percentageSchema, text, usdSchema } from "./values.ts";

/** Keys of which a limit has exactly one. */
export const LIMIT_SOURCES = ["requests", "tokens", "concurrency"] as const;
/** Keys of which a budget has exactly one. */
export const BUDGET_SOURCES = ["usd", "tokens"] as const;

const MOST_UNITS = 1_000_000_000_000;
const LONGEST_WINDOW = "24h";
const FAILURE_MODES = ["Closed", "Open", "Local"] as const;

const modelsSchema = z
  .array(modelPatternSchema)
  .min(1)
  .max(64)
  .optional()
  .describe("Virtual models whose requests count; a final `*` matches a prefix. Default: all.");

const batchSchema = percentageSchema
  .optional()
  .describe("How much of it requests of rules with `priority: Batch` may fill. A percentage; default 100%.");

function failureModeSchema(says: string) {
  return z
    .enum(FAILURE_MODES)
    .optional()
    .describe(
      `What holds while the ledger cannot be asked: \`Closed\` refuses with 503, \`Open\` admits a tenth of it in each isolate, \`Local\` divides it by the isolates that asked lately. Default \`${says}\`.`,
    );
}

const limitFields = z.strictObject({
  requests: z
    .int()
    .min(1)
    .max(MOST_UNITS)
    .optional()
    .describe("Requests in any stretch of `per`. A count. Exactly one of `requests`, `tokens` and `concurrency` is set."),
  tokens: z
    .int()
    .min(1)
    .max(MOST_UNITS)
    .optional()
    .describe(
      "Tokens in any stretch of `per`, input and output. A count. Exactly one of `requests`, `tokens` and `concurrency` is set.",
    ),
  concurrency: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Requests under way at once. A count. Exactly one of `requests`, `tokens` and `concurrency` is set."),
  per: durationSchema(LONGEST_WINDOW)
    .optional()
    .describe("Length of the window, which slides. A duration of at least 1s; required with `requests` and `tokens`."),
  models: modelsSchema,
  batch: batchSchema,
  failureMode: failureModeSchema("Local"),
});

/** What the fields of a limit have to do with each other. */
const LIMIT_RULES = {
  oneOf: LIMIT_SOURCES.map((name) => ({ required: [name] })),
  "x-kubernetes-validations": [
    {
      rule: "[has(self.requests), has(self.tokens), has(self.concurrency)].exists_one(isSet, isSet)",
      message: "exactly one of requests, tokens and concurrency must be set",
    },
    { rule: "has(self.per) != has(self.concurrency)", message: "per goes with requests and tokens, and they need it" },
  ],
};

const limitSchema = limitFields.meta(LIMIT_RULES);

const budgetFields = z.strictObject({
  usd: usdSchema.optional().describe("What requests may cost. US dollars as text. Exactly one of `usd` and `tokens` is set."),
  tokens: z
    .int()
    .min(1)
    .max(MOST_UNITS)
    .optional()
    .describe("Tokens, input and output. A count. Exactly one of `usd` and `tokens` is set."),
  per: z.enum(["day", "week", "month"]).describe("Calendar unit; weeks begin on Monday."),
  timeZone: text("an IANA time zone such as Europe/Berlin", /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/, 64)
    .optional()
    .describe("Whose calendar it is: an IANA time zone. Default `UTC`."),
  models: modelsSchema,
  batch: batchSchema,
  failureMode: failureModeSchema("Closed"),
});

const BUDGET_RULES = {
  oneOf: BUDGET_SOURCES.map((name) => ({ required: [name] })),
  "x-kubernetes-validations": [
    { rule: "has(self.usd) != has(self.tokens)", message: "exactly one of usd and tokens must be set" },
  ],
};

const budgetSchema = budgetFields.meta(BUDGET_RULES);

export const limitsSchema = z.array(limitSchema).max(16).optional();
export const budgetsSchema = z.array(budgetSchema).max(16).optional();
/** Of a provider's key: whoever it is used for, and for whatever model. */
export const credentialLimitsSchema = z
  .array(limitFields.omit({ models: true, batch: true }).meta(LIMIT_RULES))
  .max(8)
  .optional();
/** Of one virtual model, so that they name none. */
export const modelLimitsSchema = z
  .array(limitFields.omit({ models: true }).meta(LIMIT_RULES))
  .max(16)
  .optional();
export const modelBudgetsSchema = z
  .array(budgetFields.omit({ models: true }).meta(BUDGET_RULES))
  .max(16)
  .optional();

export type Limit = z.output<typeof limitSchema>;
export type Budget = z.output<typeof budgetSchema>;
