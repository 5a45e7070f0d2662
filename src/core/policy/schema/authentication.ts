import * as z from "zod";
import { KEY_ENVIRONMENTS } from "../../api-key.ts";
import { allowSchema } from "./access.ts";
import { durationSchema, labelSchema, tagNameSchema, text, urlSchema } from "./values.ts";

/** Signatures that are checked with public keys; nobody who can check one of them can make one. */
export const TOKEN_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

export const DEFAULT_ALGORITHMS: readonly TokenAlgorithm[] = ["RS256", "PS256", "ES256", "EdDSA"];
export const DEFAULT_CLOCK_SKEW = "30s";
export const DEFAULT_TOKEN_LIFETIME = "24h";

const PRINTABLE = /^[!-~]+$/;

/** A claim's name; what starts with `/` is a JSON pointer (RFC 6901). */
export const claimSchema = text(
  "a claim such as azp, or a JSON pointer such as /realm_access/roles, at most 256 characters",
  PRINTABLE,
  256,
);

const issuerSchema = text("an issuer as tokens state it, at most 2048 characters", PRINTABLE, 2_048);
const audienceSchema = text("an audience as tokens state it, at most 256 characters", PRINTABLE, 256);

export const tagMappingsSchema = z
  .record(tagNameSchema, claimSchema)
  .refine((tags) => Object.keys(tags).length <= 16, "at most 16 tags")
  .meta({ maxProperties: 16 });

/** What an issuer's key set and tokens have in common, whatever the tokens are for. */
export const tokenRulesSchema = z.strictObject({
  jwksURI: urlSchema
    .optional()
    .describe(
      "Where the issuer's public keys are, as a JWK set. Public https, or an origin of `network.allowPrivate`. Default: what the issuer's `/.well-known/openid-configuration` says.",
    ),
  algorithms: z
    .array(z.enum(TOKEN_ALGORITHMS))
    .min(1)
    .max(TOKEN_ALGORITHMS.length)
    .optional()
    .describe("Signature algorithms accepted. Default RS256, PS256, ES256 and EdDSA."),
  clockSkew: durationSchema("5m")
    .optional()
    .describe("How far the issuer's clock and ours may be apart. A duration; default 30s."),
});

/** How a caller can show who it is. */
export const CREDENTIAL_KINDS = ["APIKey", "JWT", "Certificate"] as const;

const restrictionsSchema = z.strictObject({
  maxTokens: claimSchema
    .optional()
    .describe("The claim that says how many tokens an answer may have: requests must then say so themselves. Default: none."),
  budgetUsd: claimSchema.optional().describe("The claim that says what the transaction may cost, in US dollars. Default: none."),
  tools: claimSchema.optional().describe("The claim that lists the tools that may be offered to a model. Default: none."),
  models: claimSchema.optional().describe("The claim that lists the virtual models that may be called. Default: none."),
});

const scopeSchema = z.strictObject({
  name: text("a scope, at most 128 characters", /^[!#-[\]-~]+$/, 128).describe("The scope, as tokens state it."),
  allow: z.array(allowSchema).min(1).max(64).describe("What it allows; one entry must cover a request whole."),
});

const claimMappingsSchema = z.strictObject({
  consumer: claimSchema
    .optional()
    .describe("The claim that names the Consumer, for tokens that no Consumer's `tokens` match. Default: none."),
  namespace: labelSchema.optional().describe("Namespace of the Consumers that `consumer` names. Default: that of the gateway."),
  roles: claimSchema
    .optional()
    .describe("The claim whose texts are roles, beside those of the Consumer: a list, or one text with spaces. Default: none."),
  tags: tagMappingsSchema
    .optional()
    .describe("Tags by the claims that hold their values. A tag of the Consumer itself wins. Default: none."),
});

const jwtIssuerSchema = tokenRulesSchema.extend({
  name: labelSchema.describe("Name of the issuer, unique in this gateway; Consumers refer to it."),
  issuer: issuerSchema.describe("What `iss` says, to the letter."),
  audiences: z.array(audienceSchema).min(1).max(16).describe("What `aud` must hold one of."),
  typ: text("a media type such as at+jwt", /^[A-Za-z0-9.+/-]+$/, 64)
    .optional()
    .describe("Media type that the token's header must state, such as `at+jwt`. Default: any but a transaction token's."),
  maxLifetime: durationSchema("720h").optional().describe("Longest time from `iat` to `exp`. A duration; default 24h."),
  claimMappings: claimMappingsSchema.optional().describe("What else the token says of its caller."),
});

const transactionTokensSchema = tokenRulesSchema.extend({
  trustDomain: audienceSchema.describe(
    "What `aud` must be, alone; tokens are passed on to LLMProviders of this trust domain only.",
  ),
  issuer: issuerSchema.optional().describe("What `iss` says, to the letter. Default: any, signed with one of the keys."),
  maxLifetime: durationSchema("5m").optional().describe("Longest time from `iat` to `exp`. A duration; default and maximum 5m."),
  requirement: z
    .enum(["Required", "Optional"])
    .optional()
    .describe("Whether a request without one is refused. Default `Optional`."),
  acceptWith: z
    .array(z.enum(CREDENTIAL_KINDS))
    .min(1)
    .max(CREDENTIAL_KINDS.length)
    .optional()
    .describe("How the caller must have shown who it is: the token alone never does. Default: in any way."),
  workloads: z
    .array(text("a workload as tokens state it", PRINTABLE, 256))
    .max(256)
    .optional()
    .describe("What `req_wl` must be one of. Default: any."),
  scopes: z
    .array(scopeSchema)
    .max(64)
    .optional()
    .describe("What the token's scopes allow, within what the caller may use. Default: all of that."),
  tags: tagMappingsSchema
    .optional()
    .describe(
      "Tags of the caller by the claims that hold their values, such as a data class. A tag of the Consumer wins. Default: none.",
    ),
  restrictions: restrictionsSchema.optional().describe("Claims that restrict what requests may be. Default: none."),
  maxUses: z.int().min(1).max(1_000_000).optional().describe("Most requests in one transaction. A count; default: no limit."),
});

/** How a Consumer knows its client certificates. */
export const certificateMatchSchema = z.strictObject({
  sha256: text("64 lower-case hex digits", /^[0-9a-f]{64}$/, 64)
    .optional()
    .describe("Fingerprint of the certificate. Either this, or `subject` and `issuer`."),
  subject: text("a distinguished name (RFC 2253)", /^[^\p{Cc}]+$/u, 512)
    .optional()
    .describe("Subject of the certificate, such as `CN=orders,O=Acme`."),
  issuer: text("a distinguished name (RFC 2253)", /^[^\p{Cc}]+$/u, 512)
    .optional()
    .describe("Issuer of the certificate."),
});

export const authenticationSchema = z.strictObject({
  keyEnvironments: z
    .array(z.enum(KEY_ENVIRONMENTS))
    .min(1)
    .max(KEY_ENVIRONMENTS.length)
    .optional()
    .describe("API keys accepted, by how they begin: `live` is `fl_live_`, `test` is `fl_test_`. Default: both."),
  transactionTokens: transactionTokensSchema
    .optional()
    .describe(
      "Transaction tokens (draft-ietf-oauth-transaction-tokens-10) in the header `Txn-Token`. Default: the header is not looked at.",
    ),
  jwt: z
    .array(jwtIssuerSchema)
    .max(16)
    .optional()
    .describe("Issuers whose JSON Web Tokens are accepted where an API key may stand, except in an address. Default: none."),
});

export type Authentication = z.output<typeof authenticationSchema>;

/** How a Consumer knows its tokens. */
export const tokenMatchSchema = z.strictObject({
  issuer: labelSchema.describe("Name of an issuer in `LLMGateway.spec.authentication.jwt`."),
  claims: z
    .record(claimSchema, text("a claim's value, at most 256 characters", /^[^\p{Cc}]+$/u, 256))
    .refine((claims) => Object.keys(claims).length >= 1 && Object.keys(claims).length <= 8, "from 1 to 8 claims")
    .meta({ maxProperties: 8 })
    .describe("Claims with the values they must have; one that is a list must hold the value."),
});
