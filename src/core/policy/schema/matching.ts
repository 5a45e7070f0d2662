import * as z from "zod";
import { labelSchema, modelPatternSchema, objectNameSchema, tagNameSchema, text } from "./values.ts";

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

const MOST_VALUES = 64;
const MOST_TAGS = 16;
const LONGEST_EXPRESSION = 4_096;
const MOST_TOKENS = 100_000_000;
const HEADER_ALLOWED = "an HTTP header name in lower case, such as x-team";
const PATTERN_ALLOWED = "printable ASCII, at most 256 characters; a final '*' matches a prefix";

/** Name of a request header that a policy reads; the ones that carry credentials are not readable. */
export const headerNameSchema = text(HEADER_ALLOWED, /^[a-z][a-z0-9-]*$/, 64).refine(
  (name) => !/^(authorization|cookie|proxy-authorization|x-api-key|x-goog-api-key|api-key|txn-token)$/.test(name),
  "a header that carries no credential",
);

const valuePatternSchema = text(PATTERN_ALLOWED, /^[ -~]{1,256}$/, 256);
const timeOfDaySchema = text("a time of day such as 08:00 or 17:30", /^([01][0-9]|2[0-3]):[0-5][0-9]$/, 5);

const requestSchema = z.strictObject({
  stream: z.boolean().optional().describe("Whether the answer is streamed. Default: either."),
  tools: z.boolean().optional().describe("Whether tools are offered to the model. Default: either."),
  images: z.boolean().optional().describe("Whether the conversation holds images. Default: either."),
  audio: z.boolean().optional().describe("Whether the conversation holds audio. Default: either."),
  jsonSchema: z.boolean().optional().describe("Whether the answer must follow a JSON Schema. Default: either."),
  minTokens: z
    .int()
    .min(1)
    .max(MOST_TOKENS)
    .optional()
    .describe("Fewest input tokens, as estimated from the request's size. A count; default: any."),
  maxTokens: z
    .int()
    .min(1)
    .max(MOST_TOKENS)
    .optional()
    .describe("Most input tokens, as estimated from the request's size. A count; default: any."),
});

const timeSchema = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional().describe("Days of the week. Default: every day."),
  from: timeOfDaySchema.optional().describe("Time of day from which the rule applies. Default 00:00."),
  to: timeOfDaySchema
    .optional()
    .describe("Time of day at which it ends; earlier than `from` means the next day. Default: the end of the day."),
  timeZone: text("a time zone of the IANA database, such as Europe/Berlin or UTC", /^[A-Za-z][A-Za-z0-9_+/-]*$/, 64)
    .optional()
    .describe("Time zone of `days`, `from` and `to`. Default `UTC`."),
});

export const matchSchema = z.strictObject({
  models: z
    .array(modelPatternSchema)
    .min(1)
    .max(MOST_VALUES)
    .optional()
    .describe("Virtual models asked for, one of them; a final `*` matches a prefix. Default: any of the policy's."),
  callers: z.array(objectNameSchema).min(1).max(MOST_VALUES).optional().describe("Consumers, one of them. Default: any."),
  roles: z
    .array(labelSchema)
    .min(1)
    .max(MOST_VALUES)
    .optional()
    .describe("Roles of which the consumer has one. Default: whatever it has."),
  tags: z
    .record(tagNameSchema, valuePatternSchema)
    .refine((tags) => Object.keys(tags).length <= MOST_TAGS, `at most ${MOST_TAGS} tags`)
    .meta({ maxProperties: MOST_TAGS })
    .optional()
    .describe("Tags of the consumer, all of them; a value that ends in `*` matches a prefix. Default: whatever it has."),
  headers: z
    .record(headerNameSchema, valuePatternSchema)
    .refine((headers) => Object.keys(headers).length <= MOST_TAGS, `at most ${MOST_TAGS} headers`)
    .meta({ maxProperties: MOST_TAGS })
    .optional()
    .describe("Request headers, all of them; a value that ends in `*` matches a prefix. Default: any."),
  paths: z
    .array(text("a path such as /v1/messages; a final '*' matches a prefix", /^\/[!-~]{0,255}$/, 256))
    .min(1)
    .max(16)
    .optional()
    .describe("Paths called, one of them; a final `*` matches a prefix. Default: any."),
  request: requestSchema.optional().describe("What the request holds. Default: anything."),
  time: timeSchema.optional().describe("When the rule applies. Default: always."),
  cel: z
    .string()
    .min(1)
    .max(LONGEST_EXPRESSION)
    .optional()
    .describe(
      'A condition in CEL over `request`, `caller` and `now`, such as `caller.tags.tier == "gold" && request.tokens < 4000`. `re2(text, pattern)` stands for `matches`. Default: none.',
    ),
});

export type Match = z.output<typeof matchSchema>;
