import * as z from "zod";
import { DIALECT_NAMES } from "../dialect-names.ts";
import { labelSchema, text, urlSchema } from "./values.ts";

const HEADER_ALLOWED = "an HTTP header name in lower case that may carry a credential, such as authorization or x-api-key";
/** Headers that steer the connection, the body or a router: a secret in one of them would change where or how the request goes. */
const STEERING_HEADER =
  /^(host|connection|cookie|expect|keep-alive|te|trailer|transfer-encoding|upgrade|via|(content|accept|proxy|sec|cf|x-forwarded|x-fairlead)-.*)$/;
const PATH_ALLOWED =
  "a path such as /models/{model}:generateContent, with a query where needed: it starts with one /, holds no .., //, # and %, and {model} is the only placeholder";

export const regionSchema = text("an AWS region such as us-east-1", /^[a-z]{2}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$/, 32);

/** Kinds of `auth` that leave no room for another. */
export const AUTH_KINDS = ["sigv4", "googleServiceAccount"] as const;

const authSchema = z
  .strictObject({
    header: z
      .string({ error: HEADER_ALLOWED })
      .max(64, { error: HEADER_ALLOWED, abort: true })
      .regex(/^[a-z][a-z0-9-]*$/, { error: HEADER_ALLOWED, abort: true })
      .refine((header) => !STEERING_HEADER.test(header), HEADER_ALLOWED)
      .optional()
      .describe("Header that carries the credential. Default `authorization`."),
    prefix: z
      .string()
      .max(32)
      .regex(/^[!-~ ]*$/, "printable ASCII, at most 32 characters")
      .optional()
      .describe('Text before the credential. Default `"Bearer "` for `authorization`, else none.'),
    sigv4: z
      .strictObject({
        region: regionSchema.describe("AWS region that the signature names, such as us-east-1."),
        service: labelSchema.describe("AWS service that the signature names, such as bedrock."),
      })
      .optional()
      .describe(
        "Signs every request with AWS Signature Version 4. The credential is ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN where it is temporary. Stands alone.",
      ),
    googleServiceAccount: z
      .strictObject({})
      .optional()
      .describe("Sends an OAuth token of a Google service account. The credential is the account's JSON key file. Stands alone."),
  })
  .meta({
    "x-kubernetes-validations": [
      {
        rule: "!has(self.sigv4) || !(has(self.header) || has(self.prefix) || has(self.googleServiceAccount))",
        message: "sigv4 stands alone",
      },
      {
        rule: "!has(self.googleServiceAccount) || !(has(self.header) || has(self.prefix))",
        message: "googleServiceAccount stands alone",
      },
    ],
  });

const pathSchema = text(PATH_ALLOWED, /^\/(?!\/)([A-Za-z0-9._~:@!$&'()*+,;=?/-]|\{model\})*$/, 256).refine(
  (path) => !/\.\.|\/\/|\?.*\?/.test(path),
  PATH_ALLOWED,
);

const pathsSchema = z.strictObject({
  chat: pathSchema.optional().describe("Path for answers. Default: the dialect's."),
  stream: pathSchema.optional().describe("Path for streamed answers. Default: as for `chat`."),
  embeddings: pathSchema.optional().describe("Path for embeddings. Default: the dialect's."),
  count_tokens: pathSchema.optional().describe("Path for counting input tokens. Default: the dialect's."),
});

/** Words that every version of YAML reads as text: `On` and `yes` are booleans to the one that `kubectl` uses. */
export const switchSchema = z.enum(["Enabled", "Disabled"]);

const quirkFields = {
  maxTokensField: z
    .enum(["max_tokens", "max_completion_tokens"])
    .optional()
    .describe("Field that limits a chat answer. With openai-chat; default `max_tokens`."),
  developerRole: switchSchema
    .optional()
    .describe(
      "Whether the role `developer` is known; where it is not, it is sent as `system`. With openai-chat; default `Disabled`.",
    ),
  callIds: z
    .enum(["Any", "Alnum9"])
    .optional()
    .describe("Which ids tool calls may have; `Alnum9`: nine letters and digits. With openai-chat; default `Any`."),
  streamUsage: switchSchema
    .optional()
    .describe(
      "Whether `stream_options.include_usage` is taken; without it the usage of streams is estimated. With openai-chat and openai-completions; default `Enabled`.",
    ),
  anthropicVersion: z
    .enum(["2023-06-01", "2026-10-21"])
    .optional()
    .describe("Header `anthropic-version` where the caller sent none. With anthropic-messages; default `2023-06-01`."),
} as const;

/** Fields of an endpoint that mean something in some dialects only. */
export const QUIRK_DIALECTS = {
  maxTokensField: ["openai-chat"],
  developerRole: ["openai-chat"],
  callIds: ["openai-chat"],
  streamUsage: ["openai-chat", "openai-completions"],
  anthropicVersion: ["anthropic-messages"],
} as const satisfies Readonly<Record<keyof typeof quirkFields, readonly (typeof DIALECT_NAMES)[number][]>>;

export const endpointSchema = z.strictObject({
  baseURL: urlSchema.describe("Base URL up to and including the version, such as https://llm.example.com/v1."),
  dialect: z
    .enum(DIALECT_NAMES)
    .optional()
    .describe("Wire format spoken there, in which callers of every other one are translated. Default `openai-chat`."),
  alsoSpeaks: z
    .array(z.enum(DIALECT_NAMES))
    .max(DIALECT_NAMES.length - 1)
    .optional()
    .describe("Other wire formats spoken at the same base URL; callers of one are forwarded as they come. Default: none."),
  auth: authSchema.optional().describe("How the credential is sent. Default: `authorization: Bearer <credential>`."),
  paths: pathsSchema
    .optional()
    .describe("Paths under the base URL that differ from the dialect's; `{model}` is the upstream model. Default: none differs."),
  family: labelSchema
    .optional()
    .describe(
      "Whose signed or encrypted reasoning is understood there; that of others is left out of the history. Default: what the dialect says of the model.",
    ),
  ...quirkFields,
});

export type Endpoint = z.output<typeof endpointSchema>;
