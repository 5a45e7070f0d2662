import { CHAOS_ACCOUNT_ID } from "../../rigs/chaos-upstream/index.ts";
import { findEnvelopeFault } from "../error-envelope.ts";
import type { RawResponse } from "../raw-client.ts";
import { ask, CHAT, chatWith } from "./ask.ts";
import type { AttackCase, AttackContext } from "./attack-case.ts";
import { HOSTILE_HEADERS } from "./hostile-upstream.ts";

const SENT_UPSTREAM = new Set([
  "host",
  "connection",
  "content-type",
  "content-length",
  "transfer-encoding",
  "accept",
  "accept-encoding",
  "x-fairlead-hop",
  "user-agent",
  "authorization",
]);
const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What a caller may try to hand on. @see attacks C01, F03 */
const CALLER_HEADERS = [
  ["cookie", "session=caller"],
  ["cf-connecting-ip", "127.0.0.1"],
  ["x-forwarded-for", "127.0.0.1"],
  ["x-portkey-custom-host", "http://127.0.0.1:1"],
  ["x-fairlead-host", "127.0.0.1:1"],
  ["cf-aig-authorization", "Bearer other"],
  ["x-gateway-destination", "127.0.0.1:1"],
  ["x-llm-d-target", "127.0.0.1:1"],
  ["openai-organization", "org-caller"],
  ["idempotency-key", "caller-1"],
] as const;

/** Only our own headers, and the provider's credential, reach an upstream. */
function findForwarded({ chaos, providerKey }: AttackContext): string | null {
  const [attempt] = chaos.attempts();
  if (attempt === undefined) return "the upstream was not asked";
  const foreign = Object.keys(attempt.headers).filter((name) => !SENT_UPSTREAM.has(name));
  if (foreign.length > 0) return `forwarded ${foreign.join()}`;
  return attempt.headers["authorization"] === `Bearer ${providerKey}` ? null : "the upstream got another credential";
}

/** A 502 with the envelope; some faults are found only after the head. */
function findUpstreamFault(response: RawResponse): string | null {
  if (response.status === 502) return findEnvelopeFault(response);
  return /data: \{"error":/.test(response.body) && !response.body.includes("data: [DONE]")
    ? null
    : "neither a 502 nor an error event without terminator";
}

function askModel(context: AttackContext, model: string, fields: object = {}): Promise<RawResponse> {
  return ask(context, { body: chatWith({ model, ...fields }), raw: { timeoutMs: 20_000 } });
}

/** Attacks C01, C09, F01–F13: what a caller or an upstream tries to pass through the router. */
export const upstreamAttacks: readonly AttackCase[] = [
  ...CALLER_HEADERS.map((row): AttackCase => ({
    id: row[0].startsWith("x-") || row[0].startsWith("cf-aig") ? "C01" : "F03",
    title: `${row[0]} of a caller`,
    send: (context) => ask(context, { headers: [row] }),
    expect: { status: [200], check: (_, context) => findForwarded(context) },
  })),
  {
    id: "F03",
    title: "the caller's own key in x-api-key",
    send: (context) => ask(context, { without: ["authorization"], headers: [["x-api-key", context.key]] }),
    expect: { status: [200], check: (_, context) => findForwarded(context) },
  },
  {
    id: "C09",
    title: "a redirect is not followed",
    send: (context) => askModel(context, "x-redirect"),
    expect: {
      status: [502],
      check: ({ headers }, { chaos }) =>
        chaos.redirectHits().length === 0 && headers["location"] === undefined ? null : "the redirect went on",
    },
  },
  ...["a%0d%0aset-cookie: x=1", "a\tb", "<script>", "x".repeat(65)].map((id): AttackCase => ({
    id: "F01",
    title: `x-request-id: ${id}`,
    send: (context) => ask(context, { headers: [["x-request-id", id]] }),
    expect: {
      status: [200],
      check: ({ headers }) =>
        headers["x-request-id"] !== id && REQUEST_ID.test(headers["x-request-id"] ?? "") && headers["set-cookie"] === undefined
          ? null
          : "the id came back",
    },
  })),
  {
    id: "F02",
    title: "line ends in metadata stay in the body",
    send: (context) => ask(context, { body: chatWith({ metadata: { a: "b\r\nx-evil: 1", c: "\u00e9" } }) }),
    expect: { status: [200, 400], check: (response, context) => (response.status === 200 ? findForwarded(context) : null) },
  },
  {
    id: "F02",
    title: "line ends in user",
    send: (context) => ask(context, { body: chatWith({ user: "a\r\nx-evil: 1" }) }),
    expect: { status: [400], param: "user" },
  },
  {
    id: "F04",
    title: "headers of an upstream",
    send: (context) => askModel(context, "x-headers"),
    expect: {
      status: [200],
      check: ({ headers }) => Object.entries(HOSTILE_HEADERS).find(([name, value]) => headers[name] === value)?.[0] ?? null,
    },
  },
  {
    id: "F05",
    title: "an upstream that repeats our credential and names our account",
    send: (context) => askModel(context, "x-leak"),
    expect: { status: [502], check: ({ wire }) => (wire.includes(CHAOS_ACCOUNT_ID) ? "the account is in the response" : null) },
  },
  ...["x-status-999", "x-no-content", "x-not-modified"].map((model): AttackCase => ({
    id: "F08",
    title: model,
    send: (context) => askModel(context, model),
    expect: { status: [502] },
  })),
  {
    id: "F08",
    title: "200 interim responses",
    send: (context) => askModel(context, "x-interim"),
    expect: { status: [200, 502] },
  },
  ...[false, true].map((stream): AttackCase => ({
    id: "F09",
    title: `HTML for ${stream ? "a stream" : "JSON"}`,
    send: (context) => askModel(context, "x-html", { stream }),
    expect: { status: [502] },
  })),
  ...[false, true].map((stream): AttackCase => ({
    id: "F10",
    title: `a gzip bomb for ${stream ? "a stream" : "JSON"}`,
    send: (context) => askModel(context, "x-bomb", { stream }),
    expect: { status: [200, 502], check: findUpstreamFault },
  })),
  {
    id: "F11",
    title: "a line of 50 MB",
    send: (context) => askModel(context, "x-long-line", { stream: true }),
    expect: { status: [200, 502], check: findUpstreamFault },
  },
  {
    id: "F12",
    title: "an event nested 100,000 deep, and the next request",
    send: (context) => askModel(context, "x-deep", { stream: true }),
    expect: {
      status: [200, 502],
      check: async (_, context) => ((await ask(context, { body: CHAT })).status === 200 ? null : "the router did not recover"),
    },
  },
  {
    id: "F13",
    title: "text after [DONE]",
    send: (context) => askModel(context, "x-after-done", { stream: true }),
    expect: { status: [200], check: ({ body }) => (body.includes("data: [DONE]") ? null : "the stream has no end") },
  },
  ...[false, true].map((stream): AttackCase => ({
    id: "F13",
    title: `impossible usage in ${stream ? "a stream" : "JSON"}`,
    send: (context) => askModel(context, "x-usage", { stream }),
    expect: { status: [200], check: (_, context) => findBadUsage(context) },
  })),
];

interface UsageList {
  readonly events: readonly { readonly usage: Readonly<Record<string, unknown>> | null; readonly model: string }[];
}

/** What was booked for the request: counts, whatever the upstream said. */
async function findBadUsage(context: AttackContext): Promise<string | null> {
  const answer = await fetch(`${context.adminUrl}/requests?limit=1`, {
    headers: { authorization: `Bearer ${context.adminKey}` },
  });
  const list: UsageList = JSON.parse(await answer.text());
  const usage = list.events[0]?.usage ?? {};
  const bad = Object.entries(usage).find(
    ([, value]) => typeof value === "number" && !(Number.isSafeInteger(value) && value >= 0),
  );
  return bad === undefined ? null : `booked ${bad[0]}: ${String(bad[1])}`;
}
