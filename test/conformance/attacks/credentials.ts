import { HOSTILE_CREDENTIALS } from "../fuzz/mutate-auth.ts";
import type { HeaderRow } from "../fuzz/fuzz-request.ts";
import type { RawResponse } from "../raw-client.ts";
import { guessKey } from "../identity/guess-key.ts";
import { parseApiKey } from "../../../src/core/api-key.ts";
import { ask, get } from "./ask.ts";
import type { AttackCase, AttackContext } from "./attack-case.ts";

function bearer(credential: string): HeaderRow {
  return ["authorization", `Bearer ${credential}`];
}

function askAs(context: AttackContext, ...headers: readonly HeaderRow[]): Promise<RawResponse> {
  return ask(context, { without: ["authorization"], headers });
}

function idOf(key: string): string {
  return parseApiKey(key)?.id ?? "";
}

/** The key with another character at `index`. */
function withOther(key: string, index: number): string {
  const at = index < 0 ? key.length + index : index;
  return key.slice(0, at) + (key.charAt(at) === "A" ? "B" : "A") + key.slice(at + 1);
}

const STATES = [
  ["expired", "expired_api_key"],
  ["inactive", "inactive_api_key"],
  ["revoked", "revoked_api_key"],
] as const;

/** Attacks D01–D09: the credential. The timing half of D03 is a measurement of `prove`. */
export const credentialAttacks: readonly AttackCase[] = [
  {
    id: "D01",
    title: "no credential",
    send: (context) => askAs(context),
    expect: {
      status: [401],
      code: "missing_credentials",
      check: ({ headers }) => ((headers["www-authenticate"] ?? "").startsWith("Bearer") ? null : "no WWW-Authenticate"),
    },
  },
  ...HOSTILE_CREDENTIALS.map((credential): AttackCase => ({
    id: "D02",
    title: credential,
    send: (context) => askAs(context, bearer(credential)),
    expect: { status: [401], code: "invalid_api_key" },
  })),
  {
    id: "D03",
    title: "a known key id with another secret answers like an unknown id",
    send: (context) => askAs(context, bearer(context.keys.unknown)),
    expect: {
      status: [401],
      code: "invalid_api_key",
      check: async ({ body }, context) =>
        (await askAs(context, bearer(guessKey(idOf(context.key), "test")))).body === body ? null : "the two answers differ",
    },
  },
  {
    id: "D04",
    title: "another checksum",
    send: (context) => askAs(context, bearer(withOther(context.key, -1))),
    expect: { status: [401], code: "invalid_api_key" },
  },
  {
    id: "D05",
    title: "a good key of an environment that is not accepted here",
    send: (context) => askAs(context, bearer(context.keys.elsewhere)),
    expect: { status: [401], code: "invalid_api_key" },
  },
  {
    id: "D05",
    title: "an admin key on the data plane",
    send: (context) => askAs(context, bearer(context.adminKey)),
    expect: { status: [401], code: "invalid_api_key" },
  },
  {
    id: "D05",
    title: "a data key on the admin plane",
    send: (context) => get(context, "/admin/api/requests"),
    expect: { status: [401, 403] },
  },
  {
    id: "D06",
    title: "two different credentials",
    send: (context) => ask(context, { headers: [["x-api-key", "other"]] }),
    expect: { status: [400], code: "ambiguous_credentials" },
  },
  {
    id: "D07",
    title: "two Authorization headers",
    send: (context) => ask(context, { headers: [bearer("other")] }),
    expect: { status: [400], code: "ambiguous_credentials" },
  },
  {
    id: "D08",
    title: "a bearer of 100 KB",
    send: (context) => askAs(context, bearer("a".repeat(100_000))),
    expect: { status: [431], code: "headers_too_large" },
  },
  {
    id: "D08",
    title: "a bearer of 20 KB",
    send: (context) => askAs(context, bearer("a".repeat(20_000))),
    expect: { status: [401], code: "invalid_api_key" },
  },
  ...STATES.map(([state, code]): AttackCase => ({
    id: "D09",
    title: `a key that is ${state}`,
    send: (context) => askAs(context, bearer(context.keys[state])),
    expect: { status: [401, 403], code },
  })),
  ...STATES.map(([state]): AttackCase => ({
    id: "D09",
    title: `a key that is ${state}, with another secret, says nothing of its state`,
    send: (context) => askAs(context, bearer(guessKey(idOf(context.keys[state]), "test"))),
    expect: { status: [401], code: "invalid_api_key" },
  })),
];
