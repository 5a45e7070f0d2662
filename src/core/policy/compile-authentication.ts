import { KEY_ENVIRONMENTS } from "../api-key.ts";
import { checkBaseUrl } from "./check-base-url.ts";
import { TRANSACTION_TOKEN_TYPE } from "../identity/transaction-type.ts";
import { compileUses } from "./compile-access.ts";
import type {
  CompiledAuthentication,
  CompiledKeyLocation,
  CompiledTokenIssuer,
  CompiledTransactionTokens,
} from "./compiled-authentication.ts";
import type { CompiledCertificateMatch, CompiledTokenMatch } from "./compiled-consumer.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { compareText, createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import {
  type Authentication,
  CREDENTIAL_KINDS,
  DEFAULT_ALGORITHMS,
  DEFAULT_CLOCK_SKEW,
  DEFAULT_TOKEN_LIFETIME,
} from "./schema/authentication.ts";
import type { Consumer } from "./schema/consumer.ts";
import type { LLMGateway } from "./schema/llm-gateway.ts";
import { toMilliseconds } from "./schema/quantities.ts";
import type { PathSegment } from "./source-node.ts";

export const NO_AUTHENTICATION: CompiledAuthentication = {
  keyEnvironments: KEY_ENVIRONMENTS,
  jwt: [],
  transactionTokens: null,
};

interface AuthenticationContext {
  readonly allowedOrigins: ReadonlySet<string>;
  readonly report: Report;
}

type GatewayObject = PolicyObject<LLMGateway>;
type JwtIssuer = NonNullable<Authentication["jwt"]>[number];

/** Which keys and tokens the gateway believes. Reports issuers named twice and key sets that may not be fetched. */
export function compileAuthentication(object: GatewayObject, context: AuthenticationContext): CompiledAuthentication {
  const { jwt = [], keyEnvironments = KEY_ENVIRONMENTS, transactionTokens } = object.body.spec.authentication ?? {};
  const path = ["spec", "authentication", "jwt"];
  for (const field of ["name", "issuer"] as const) {
    reportDuplicates(object, { path, names: jwt.map((issuer) => issuer[field]), field }, context.report);
  }
  return {
    keyEnvironments: KEY_ENVIRONMENTS.filter((name) => keyEnvironments.includes(name)),
    jwt: jwt.map((issuer, index) => compileIssuer(object, { issuer, path: [...path, index] }, context)),
    transactionTokens: transactionTokens === undefined ? null : compileTransactionTokens(object, transactionTokens, context),
  };
}

interface Written {
  readonly issuer: JwtIssuer;
  readonly path: readonly PathSegment[];
}

function compileIssuer(object: GatewayObject, { issuer, path }: Written, context: AuthenticationContext): CompiledTokenIssuer {
  const { algorithms, audiences, claimMappings: mappings = {}, clockSkew, maxLifetime, name, typ } = issuer;
  const { consumer, namespace = object.namespace, roles, tags = {} } = mappings;
  return {
    name,
    issuer: issuer.issuer,
    audiences,
    keys: locateKeys(object, { ...issuer, path }, context),
    algorithms: algorithms ?? DEFAULT_ALGORITHMS,
    typ: typ ?? null,
    clockSkewSeconds: toSeconds(clockSkew ?? DEFAULT_CLOCK_SKEW),
    maxLifetimeSeconds: toSeconds(maxLifetime ?? DEFAULT_TOKEN_LIFETIME),
    mappings: {
      consumer: consumer === undefined ? null : { claim: consumer, tenant: namespace },
      roles: roles ?? null,
      tags: sorted(tags),
    },
  };
}

type TransactionTokens = NonNullable<Authentication["transactionTokens"]>;

const LONGEST_TRANSACTION = "5m";

function compileTransactionTokens(
  object: GatewayObject,
  spec: TransactionTokens,
  context: AuthenticationContext,
): CompiledTransactionTokens {
  const { issuer = null, maxUses = null, scopes = [], trustDomain, workloads = null } = spec;
  const { acceptWith = CREDENTIAL_KINDS, algorithms = DEFAULT_ALGORITHMS, restrictions = {} } = spec;
  const { clockSkew = DEFAULT_CLOCK_SKEW, maxLifetime = LONGEST_TRANSACTION } = spec;
  const path = ["spec", "authentication", "transactionTokens"];
  reportDuplicates(object, { path: [...path, "scopes"], names: scopes.map(({ name }) => name), field: "name" }, context.report);
  return {
    issuer,
    audiences: [trustDomain],
    keys: locateKeys(object, { issuer: issuer ?? "", jwksURI: spec.jwksURI, path }, context),
    algorithms,
    typ: TRANSACTION_TOKEN_TYPE,
    clockSkewSeconds: toSeconds(clockSkew),
    maxLifetimeSeconds: toSeconds(maxLifetime),
    trustDomain,
    isRequired: spec.requirement === "Required",
    acceptWith,
    workloads,
    scopes: scopes.map(({ allow, name }) => ({ name, allow: allow.map(compileUses) })),
    tags: sorted(spec.tags ?? {}),
    restrictions: compileRestrictions(restrictions),
    maxUses,
  };
}

function compileRestrictions(spec: NonNullable<TransactionTokens["restrictions"]>): CompiledTransactionTokens["restrictions"] {
  const { budgetUsd = null, maxTokens = null, models = null, tools = null } = spec;
  return { budgetUsd, maxTokens, models, tools };
}

/** Reports a certificate that is known neither by its fingerprint nor by both of its names. */
export function compileCertificates(object: PolicyObject<Consumer>, report: Report): readonly CompiledCertificateMatch[] {
  return (object.body.spec.certificates ?? []).flatMap(
    ({ issuer, sha256, subject }, index): readonly CompiledCertificateMatch[] => {
      const hasName = issuer !== undefined || subject !== undefined;
      if (sha256 !== undefined && !hasName) return [{ kind: "fingerprint", sha256 }];
      if (sha256 === undefined && issuer !== undefined && subject !== undefined) return [{ kind: "names", subject, issuer }];
      const allowed = ["sha256 alone", "subject and issuer together"];
      if (!object.isPartial) report(createProblem("exactly_one", placeIn(object, "spec", "certificates", index), { allowed }));
      return [];
    },
  );
}

interface KeysWritten {
  readonly jwksURI?: string | undefined;
  readonly issuer: string;
  readonly path: readonly PathSegment[];
}

const DISCOVERY_PATH = "/.well-known/openid-configuration";

/** The set that is named, or the document in which an OpenID provider names it. @see https://openid.net/specs/openid-connect-discovery-1_0.html */
function locateKeys(
  object: GatewayObject,
  written: KeysWritten,
  { allowedOrigins, report }: AuthenticationContext,
): CompiledKeyLocation {
  const { issuer, jwksURI, path } = written;
  const [text, field] = jwksURI === undefined ? [issuer, "issuer"] : [jwksURI, "jwksURI"];
  const checked = checkBaseUrl(text, allowedOrigins);
  const place = placeIn(object, ...path, field);
  if (checked.kind === "refused") {
    const says =
      jwksURI === undefined ? "without jwksURI the issuer must be a URL under which its configuration can be read" : null;
    report(
      createProblem(checked.code, place, { found: quoted(text), allowed: checked.allowed, ...(says === null ? {} : { says }) }),
    );
    return { kind: "jwks", url: "" };
  }
  if (checked.isPlainPublic) report(createProblem("plain_http", place, { found: checked.origin }));
  if (jwksURI !== undefined) return { kind: "jwks", url: checked.baseUrl };
  return { kind: "discovery", url: checked.baseUrl + DISCOVERY_PATH, allowedOrigins: [...allowedOrigins].toSorted(compareText) };
}

function toSeconds(duration: string): number {
  return Math.ceil(toMilliseconds(duration) / 1_000);
}

/** Claims in the order of their names: equal policies compile to equal documents. */
export function compileTokenMatch({ claims, issuer }: NonNullable<Consumer["spec"]["tokens"]>[number]): CompiledTokenMatch {
  return { issuer, claims: sorted(claims) };
}

function sorted(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).toSorted(([left], [right]) => compareText(left, right)));
}
