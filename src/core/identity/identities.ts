import type { KeyEnvironment } from "../api-key.ts";
import { type Caller, toCaller } from "../caller.ts";
import type {
  CompiledAuthentication,
  CompiledTokenIssuer,
  CompiledTransactionTokens,
} from "../policy/compiled-authentication.ts";
import type { CompiledConsumer } from "../policy/compiled-consumer.ts";
import { type Claims, readClaim, textsOf, wordsOf } from "./claims.ts";

export type FoundCaller =
  | { readonly kind: "found"; readonly caller: Caller }
  | { readonly kind: "none" }
  /** Several consumers match: who calls is not known. */
  | { readonly kind: "ambiguous"; readonly consumers: readonly string[] };

/** The certificate of a connection, as the platform verified it. Names as in RFC 2253, the fingerprint in lower-case hex. */
export interface ClientCertificate {
  readonly sha256: string;
  readonly subject: string;
  readonly issuer: string;
}

interface Match {
  readonly claims: readonly (readonly [claim: string, value: string])[];
  readonly consumer: CompiledConsumer;
}

const MOST_ROLES = 64;
const ROLE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LONGEST_TEXT = 256;

/** Whose tokens are whose, by the policy that a deployment was built with: a rollout changes routes, not callers. */
export class Identities {
  readonly #keyEnvironments: readonly KeyEnvironment[];
  readonly #issuers: ReadonlyMap<string, CompiledTokenIssuer>;
  readonly #consumers: ReadonlyMap<string, CompiledConsumer>;
  /** By issuer, the claim that is looked at first, and its value: any number of consumers cost one look-up. */
  readonly #matches = new Map<string, Map<string, Map<string, Match[]>>>();

  /** By fingerprint, or by subject and issuer. */
  readonly #certificates: ReadonlyMap<string, CompiledConsumer>;
  readonly transactionTokens: CompiledTransactionTokens | null;

  constructor({ jwt, keyEnvironments, transactionTokens }: CompiledAuthentication, consumers: readonly CompiledConsumer[]) {
    this.#keyEnvironments = keyEnvironments;
    this.transactionTokens = transactionTokens;
    this.#certificates = new Map(
      consumers.flatMap((consumer) =>
        consumer.certificates.map((match) => [match.kind === "names" ? namesKey(match) : match.sha256, consumer] as const),
      ),
    );
    this.#issuers = new Map(jwt.map((issuer) => [issuer.issuer, issuer]));
    this.#consumers = new Map(consumers.map((consumer) => [consumer.id, consumer]));
    for (const consumer of consumers) {
      for (const { claims, issuer } of consumer.tokens) this.#add(issuer, { claims: Object.entries(claims), consumer });
    }
  }

  acceptsKeys(environment: KeyEnvironment): boolean {
    return this.#keyEnvironments.includes(environment);
  }

  /** Tokens are accepted at all. */
  get acceptTokens(): boolean {
    return this.#issuers.size > 0;
  }

  /** Whose connection it is, by its client certificate; null where it is nobody's. It is looked for where a policy names one. */
  certified(connection: { readonly clientCertificate: ClientCertificate | null }): Caller | null {
    const certificate = this.#certificates.size === 0 ? null : connection.clientCertificate;
    if (certificate === null) return null;
    const consumer = this.#certificates.get(certificate.sha256) ?? this.#certificates.get(namesKey(certificate));
    return consumer === undefined ? null : toCaller(consumer, { keyId: `mtls:${certificate.sha256}` });
  }

  /** By what a token says in `iss`, to the letter. */
  issuerOf(iss: unknown): CompiledTokenIssuer | null {
    return (typeof iss === "string" ? this.#issuers.get(iss) : undefined) ?? null;
  }

  /** Who calls with a verified token: the consumer whose `tokens` it matches, or else the one it names. */
  callerOf(issuer: CompiledTokenIssuer, claims: Claims): FoundCaller {
    const matching = this.#findMatches(issuer.name, claims);
    if (matching.length > 1) return { kind: "ambiguous", consumers: matching.map(({ id }) => id) };
    const consumer = matching[0] ?? this.#named(issuer, claims);
    if (consumer === null) return { kind: "none" };
    const { roles, tags } = issuer.mappings;
    const credential = {
      keyId: `jwt:${issuer.name}:${String(claims["sub"])}`,
      roles: rolesIn(claims, roles),
      tags: tagsIn(claims, tags),
    };
    return { kind: "found", caller: toCaller(consumer, credential) };
  }

  #add(issuer: string, match: Match): void {
    const [claim, value] = match.claims[0] ?? ["", ""];
    const byClaim = mapOf(this.#matches, issuer, () => new Map<string, Map<string, Match[]>>());
    const byValue = mapOf(byClaim, claim, () => new Map<string, Match[]>());
    mapOf(byValue, value, () => new Array<Match>()).push(match);
  }

  #findMatches(issuer: string, claims: Claims): readonly CompiledConsumer[] {
    const found = new Set<CompiledConsumer>();
    for (const [claim, byValue] of this.#matches.get(issuer) ?? []) {
      const candidates = textsOf(readClaim(claims, claim)).flatMap((value) => byValue.get(value) ?? []);
      for (const match of candidates) if (holds(match, claims)) found.add(match.consumer);
    }
    return [...found];
  }

  #named({ mappings: { consumer } }: CompiledTokenIssuer, claims: Claims): CompiledConsumer | null {
    if (consumer === null) return null;
    const name = readClaim(claims, consumer.claim);
    return (typeof name === "string" ? this.#consumers.get(`${consumer.tenant}/${name}`) : undefined) ?? null;
  }
}

function namesKey({ issuer, subject }: Pick<ClientCertificate, "issuer" | "subject">): string {
  return JSON.stringify([subject, issuer]);
}

function holds({ claims: wanted }: Match, claims: Claims): boolean {
  return wanted.every(([claim, value]) => textsOf(readClaim(claims, claim)).includes(value));
}

function mapOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}

/** What could be no role in a policy is none. */
function rolesIn(claims: Claims, claim: string | null): readonly string[] {
  if (claim === null) return [];
  const words = wordsOf(readClaim(claims, claim));
  return words.filter((word) => word.length <= 63 && ROLE.test(word)).slice(0, MOST_ROLES);
}

/** Tags whose claim holds one text; what is longer than a tag may be is none. */
export function tagsIn(claims: Claims, mappings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mappings).flatMap(([tag, claim]) => {
      const [value, ...others] = textsOf(readClaim(claims, claim));
      return value === undefined || others.length > 0 || value.length > LONGEST_TEXT ? [] : [[tag, value] as const];
    }),
  );
}
