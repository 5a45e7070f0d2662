import type { RawResponse } from "../raw-client.ts";
import { ask, CHAT, get } from "./ask.ts";
import type { AttackCase } from "./attack-case.ts";

const JSON_CHAT = JSON.stringify(CHAT);

const BAD_PATHS: readonly (readonly [id: string, path: string])[] = [
  ["A01", "/v1/../admin/keys"],
  ["A02", "/v1/%2e%2e/admin/keys"],
  ["A03", "//admin/keys"],
  ["A04", "/admin%2fkeys"],
  ["A04", "/admin%5ckeys"],
  ["A05", "/admin;/keys"],
  ["A06", "/admin%00/keys"],
];

/** Headers by which some proxy lets a caller choose host, path or method. */
const OVERRIDES = [
  ["x-forwarded-host", "evil.example"],
  ["x-forwarded-proto", "gopher"],
  ["x-forwarded-for", "127.0.0.1"],
  ["forwarded", "for=127.0.0.1;host=evil.example;proto=http"],
  ["x-original-url", "/admin/api/requests"],
  ["x-rewrite-url", "/admin/api/requests"],
  ["x-http-method-override", "DELETE"],
] as const;

const ORIGINS = ["https://evil.example", "null", "https://127.0.0.1.evil.example"];

function countResponses({ wire }: RawResponse): number {
  return wire.split(/HTTP\/1\.[01] [2-5]\d\d /).length - 1;
}

function grantsNoOrigin({ headers }: RawResponse): string | null {
  const granted = Object.keys(headers).filter((name) => name.startsWith("access-control-"));
  return granted.length === 0 ? null : `CORS headers ${granted.join()}`;
}

/** Attacks A01–A22: what stands before the body. */
export const transportAttacks: readonly AttackCase[] = [
  ...BAD_PATHS.map(([id, path]): AttackCase => ({
    id,
    title: `GET ${path}`,
    send: (context) => get(context, path),
    expect: { status: [400], code: "invalid_path" },
  })),
  {
    id: "A07",
    title: "a path in another case",
    send: (context) => get(context, "/ADMIN/keys"),
    expect: { status: [404], code: "not_found" },
  },
  ...["evil.com?/v1#", "evil.com/v1"].map((host, index): AttackCase => ({
    id: index === 0 ? "A08" : "A09",
    title: `Host: ${host}`,
    send: (context) => get(context, "/admin/keys", { without: ["host"], headers: [["host", host]] }),
    expect: { status: [400, 421], code: ["invalid_host", "misdirected_host"] },
  })),
  {
    id: "A10",
    title: "a host that is not served",
    send: (context) => get(context, "/v1/models", { without: ["host"], headers: [["host", "other.example"]] }),
    expect: { status: [421], code: "misdirected_host" },
  },
  {
    id: "A11",
    title: "absolute form with another host",
    send: (context) => get(context, "http://other.example/v1/models"),
    expect: {
      status: [200, 400],
      check: ({ wire }) => (wire.includes("other.example") ? "the other host is in the answer" : null),
    },
  },
  ...OVERRIDES.map((row): AttackCase => ({
    id: "A12",
    title: `${row[0]}: ${row[1]}`,
    send: (context) => get(context, "/v1/models", { headers: [row] }),
    expect: {
      status: [200],
      check: async ({ body }, context) =>
        body === (await get(context, "/v1/models")).body ? null : "the answer differs from the one without it",
    },
  })),
  {
    id: "A13",
    title: "content length and chunked together, with a second request inside",
    send: (context) =>
      ask(context, {
        without: ["connection"],
        headers: [
          ["content-length", "5"],
          ["transfer-encoding", "chunked"],
        ],
        body: `0\r\n\r\nGET /admin/api/requests HTTP/1.1\r\nHost: ${context.host}\r\nAuthorization: Bearer ${context.adminKey}\r\n\r\n`,
        raw: { lingerMs: 300 },
      }),
    expect: {
      status: [400],
      check: (response) => (countResponses(response) === 1 ? null : `${countResponses(response)} responses`),
    },
  },
  {
    id: "A14",
    title: "two content lengths",
    send: (context) =>
      ask(context, {
        headers: [
          ["content-length", String(JSON_CHAT.length)],
          ["content-length", "6"],
        ],
      }),
    expect: { status: [400], byPlatform: true },
  },
  ...(
    [
      ["x-folded", "a\r\n b"],
      ["transfer-encoding ", "chunked"],
      ["transfer-encoding", "xchunked"],
    ] as const
  ).map((row): AttackCase => ({
    id: "A15",
    title: JSON.stringify(row),
    send: (context) => ask(context, { headers: [row] }),
    expect: { status: [400], byPlatform: true },
  })),
  {
    id: "A16",
    title: "headers that never end are cut off by workerd",
    slow: true,
    send: (context) => context.rawRequest(`GET /v1/models HTTP/1.1\r\nHost: ${context.host}\r\nX-Slow: `, { timeoutMs: 25_000 }),
    expect: {
      status: [0, 408],
      byPlatform: true,
      check: ({ ended }) => (ended === "timeout" ? "the connection stayed open" : null),
    },
  },
  {
    id: "A17",
    title: "a body that never comes",
    slow: true,
    send: (context) => ask(context, { headers: [["content-length", "1000"]], raw: { timeoutMs: 15_000 } }),
    expect: { status: [408], code: "body_timeout" },
  },
  {
    id: "A18",
    title: "a header of 200 KB",
    send: (context) => get(context, "/v1/models", { headers: [["x-large", "v".repeat(200_000)]] }),
    expect: { status: [431], code: "headers_too_large" },
  },
  {
    id: "A18",
    title: "500 headers",
    send: (context) =>
      get(context, "/v1/models", { headers: Array.from({ length: 500 }, (_, index) => [`x-${index}`, "v"] as const) }),
    expect: { status: [431], code: "headers_too_large" },
  },
  {
    id: "A19",
    title: "a URL of 20 KB",
    send: (context) => get(context, `/${"a".repeat(20_000)}`),
    expect: { status: [414], code: "uri_too_long" },
  },
  {
    id: "A20",
    title: "a WebSocket upgrade",
    send: (context) =>
      get(context, "/v1/chat/completions", {
        without: ["connection"],
        headers: [
          ["connection", "Upgrade"],
          ["upgrade", "websocket"],
          ["sec-websocket-version", "13"],
          ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="],
        ],
      }),
    expect: { status: [400, 405, 426] },
  },
  ...ORIGINS.flatMap((origin, index): AttackCase[] => [
    {
      id: index === 0 ? "A21" : "A22",
      title: `preflight from ${origin}`,
      send: (context) =>
        ask(context, {
          method: "OPTIONS",
          without: ["authorization"],
          headers: [
            ["origin", origin],
            ["access-control-request-method", "POST"],
          ],
          body: "",
        }),
      expect: { status: [204, 404, 405], check: grantsNoOrigin },
    },
    {
      id: index === 0 ? "A21" : "A22",
      title: `a request from ${origin}`,
      send: (context) => get(context, "/v1/models", { headers: [["origin", origin]] }),
      expect: { status: [200], check: grantsNoOrigin },
    },
  ]),
];
