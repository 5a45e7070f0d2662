import { randomUUID } from "node:crypto";
import type { TokenOptions } from "../../rigs/token-issuer/token-issuer.ts";
import type { HeaderRow } from "../fuzz/fuzz-request.ts";
import type { RawResponse } from "../raw-client.ts";
import { ask } from "./ask.ts";
import type { AttackCase, AttackContext, AttackExpectation } from "./attack-case.ts";

const INVALID: AttackExpectation = { status: [401], code: "invalid_txn_token" };

/** A transaction token of the issuer, as it should be but for what is said. */
async function transactionToken({ issuer }: AttackContext, { claims = {}, header = {} }: TokenOptions = {}): Promise<string> {
  const usual = {
    aud: "example.internal",
    txn: randomUUID(),
    scope: "llm.chat",
    req_wl: "gateway.example.internal",
    azp: undefined,
  };
  return issuer.sign({ claims: { ...usual, ...claims }, header: { typ: "txntoken+jwt", ...header } });
}

/** A caller that has shown by a token who it is. */
async function askWithin(context: AttackContext, ...tokens: readonly string[]): Promise<RawResponse> {
  const rows = tokens.map((token): HeaderRow => ["txn-token", token]);
  return ask({ ...context, key: await context.issuer.sign() }, { headers: rows });
}

function within(title: string, options: TokenOptions, expect: AttackExpectation = INVALID): AttackCase {
  return { id: "D24", title, send: async (context) => askWithin(context, await transactionToken(context, options)), expect };
}

const REQUIRED = ["txn", "scope", "req_wl", "sub", "exp", "iat", "aud"] as const;

/** Attacks D23–D26: transaction tokens. */
export const transactionAttacks: readonly AttackCase[] = [
  within("one as it should be", {}, { status: [200] }),
  within("of another type", { header: { typ: "JWT" } }),
  within("without a type", { header: { typ: undefined } }),
  within("of another trust domain", { claims: { aud: "other.internal" } }),
  within("of ours and another trust domain", { claims: { aud: ["example.internal", "other.internal"] } }),
  ...REQUIRED.map((claim) => within(`without ${claim}`, { claims: { [claim]: undefined } })),
  within("with a scope that is no text", { claims: { scope: ["llm.chat"] } }),
  within("asked for by another workload", { claims: { req_wl: "other.example.internal" } }),
  {
    id: "D24",
    title: "valid for more than five minutes",
    send: async (context) => askWithin(context, await transactionToken(context, { claims: { exp: context.issuer.at(310) } })),
    expect: INVALID,
  },
  {
    id: "D24",
    title: "two of them",
    send: async (context) => askWithin(context, await transactionToken(context), await transactionToken(context)),
    expect: INVALID,
  },
  {
    id: "D23",
    title: "in the header of an access token, beside none",
    send: async (context) =>
      ask(context, { without: ["authorization"], headers: [["authorization", `Bearer ${await transactionToken(context)}`]] }),
    expect: { status: [401], code: "invalid_token" },
  },
  {
    id: "D25",
    title: "used once more than it may be",
    send: async (context) => {
      const token = await transactionToken(context);
      const used = [await askWithin(context, token), await askWithin(context, token)];
      return used.find(({ status }) => status !== 200) ?? askWithin(context, token);
    },
    // The third was under way when the books said no, or was not sent at all.
    expect: { status: [401], code: "txn_replayed", upstreamCalls: 2 },
  },
  {
    id: "D26",
    title: "from a caller that has shown who it is by an API key alone",
    send: async (context) => ask(context, { headers: [["txn-token", await transactionToken(context)]] }),
    expect: INVALID,
  },
  {
    id: "D26",
    title: "from nobody",
    send: async (context) =>
      ask(context, { without: ["authorization"], headers: [["txn-token", await transactionToken(context)]] }),
    expect: { status: [401], code: "missing_credentials" },
  },
  {
    id: "D26",
    title: "from a caller whose certificate stands in headers",
    send: async (context) =>
      ask(context, {
        headers: [
          ["txn-token", await transactionToken(context)],
          ["cf-client-cert-verified", "SUCCESS"],
          ["cf-client-cert-sha256", "0".repeat(64)],
          ["client-cert", ":MII=:"],
          ["x-forwarded-client-cert", `Hash=${"0".repeat(64)}`],
        ],
      }),
    expect: INVALID,
  },
];
