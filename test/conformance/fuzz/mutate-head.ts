import { baseHeaders, type Deviation, encodeText, type Expectation, type FuzzTarget, type HeaderRow } from "./fuzz-request.ts";
import type { Random } from "./random.ts";
import { createBody, renderBody } from "./valid-body.ts";

const BAD_PATHS = [
  "/v1/../admin/keys",
  "/v1/%2e%2e/admin/keys",
  "/v1/.%2E/chat/completions",
  "/./v1/models",
  "//admin/keys",
  "/v1//models",
  "/v1\\models",
  "/admin%2fkeys",
  "/admin%5ckeys",
  "/admin;/keys",
  "/v1/models;x=1",
  "/admin%00/keys",
  "/v1%2Fmodels",
  "/v1/models/%2e%2e%2fadmin",
  "/v1/models/a%00b",
  "/v1/models/a%0d%0aset-cookie:%20a=b",
  "/v1/models/%252e%252e",
  "/v1/models/%ff",
  "/v1/models/%",
  "/v1/models/\xc3\xa9",
  "*",
  `/${"a".repeat(20_000)}`,
  `/v1/models?${"a".repeat(20_000)}`,
] as const;

const UNKNOWN_PATHS = [
  "/ADMIN/keys",
  "/V1/models",
  "/v1/Models",
  "/v1",
  "/v1/chat",
  "/v2/chat/completions",
  "/v1/chat/completions/x",
  "/v1/models/no-such-model",
  "/v1/models/a%2Fb",
  "/v1/models/__proto__",
  "/v1/models/constructor",
  "/.env",
  "/admin",
  "/v1/proxy/x",
  "/metrics.bak",
];

const BAD_HOSTS = [
  "evil.com?/v1#",
  "evil.com/v1",
  "a@b",
  "a b",
  "a:b:c",
  "x:99999",
  "evil.com#",
  "ev\xc3\xa9.com",
  "a%2f",
  "a\\b",
  "a, b",
  "[::1",
];

/** Headers by which some gateway can be steered: the answer is the same as without. @see attacks A12, C01, F03 */
const STEERING_HEADERS: readonly HeaderRow[] = [
  ["x-forwarded-host", "evil.example"],
  ["x-forwarded-proto", "gopher"],
  ["forwarded", "for=1.2.3.4;host=evil.example"],
  ["x-original-url", "/admin/api/requests"],
  ["x-rewrite-url", "/admin/api/requests"],
  ["x-http-method-override", "DELETE"],
  ["x-portkey-custom-host", "http://127.0.0.1:1"],
  ["x-fairlead-host", "127.0.0.1"],
  ["x-fairlead-target", "forged"],
  ["cf-connecting-ip", "127.0.0.1"],
  ["cf-aig-authorization", "Bearer x"],
  ["x-gateway-destination", "127.0.0.1:1"],
  ["upgrade", "websocket"],
  ["cookie", "a=b; __proto__=c"],
  ["origin", "https://evil.example"],
  ["accept-encoding", "gzip;q=9, \x01"],
  ["te", "trailers"],
  ["x-request-id", "a%0d%0aset-cookie: x=1"],
  ["x-request-id", "<script>"],
  ["range", "bytes=0-0"],
  ["if-none-match", "*"],
  ["expect", "200-maybe"],
  ["traceparent", "garbage"],
];

const BAD_WISHES: readonly HeaderRow[] = [
  ["x-fairlead-timeout-ms", "abc"],
  ["x-fairlead-timeout-ms", "-1"],
  ["x-fairlead-timeout-ms", "0"],
  ["x-fairlead-timeout-ms", "1e9"],
  ["x-fairlead-cache", "maybe"],
  ["x-fairlead-cache", "__proto__"],
];

const WRONG_METHODS = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"];

type Mutate = (random: Random, target: FuzzTarget) => Deviation;

const MUTATIONS: readonly Mutate[] = [
  (random) => get(random.pick(BAD_PATHS), "4xx"),
  (random) => get(random.pick(UNKNOWN_PATHS), "4xx"),
  (random, target) => {
    const host = random.pick(BAD_HOSTS);
    return { ...get("/v1/models", "4xx"), title: `Host: ${host}`, headers: [["host", host], ...baseHeaders(target, "host")] };
  },
  (random) => {
    const method = random.pick(WRONG_METHODS);
    return {
      title: `${method} on a route`,
      expect: "4xx",
      method,
      path: random.pick(["/v1/chat/completions", "/v1/embeddings", "/v1/models"]),
      body: new Uint8Array(),
    };
  },
  (random) => get(random.pick(["/v1/chat/completions", "/v1/embeddings"]), "4xx"),
  (random, target) => ({
    ...get("/v1/models", "4xx"),
    title: "too many headers",
    headers: [...baseHeaders(target), ...manyHeaders(101 + random.below(400))],
  }),
  (random, target) => ({
    ...get("/v1/models", "4xx"),
    title: "headers too large",
    headers: [...baseHeaders(target), ["x-large", "v".repeat(33_000 + random.below(200_000))]],
  }),
  (random, target) => withHeader(random.pick(STEERING_HEADERS), "2xx-or-4xx", chat(random, target)),
  (random, target) => withHeader(random.pick(BAD_WISHES), "4xx", chat(random, target)),
  (random, target) => ({
    ...get("/v1/models?x=../..//;%00%ff", "2xx-or-4xx"),
    title: "an odd query",
    headers: [...baseHeaders(target), random.pick(STEERING_HEADERS)],
  }),
];

/** A good body behind a path, method or headers that are not. @see attacks A01–A12, A18–A22 */
export function mutateHead(random: Random, target: FuzzTarget): Deviation {
  return random.pick(MUTATIONS)(random, target);
}

function get(path: string, expect: Expectation): Deviation {
  return { title: `GET ${path.slice(0, 60)}`, expect, method: "GET", path, body: new Uint8Array() };
}

interface Chat {
  readonly rows: readonly HeaderRow[];
  readonly body: Uint8Array;
}

function chat(random: Random, target: FuzzTarget): Chat {
  return { rows: baseHeaders(target), body: encodeText(renderBody(createBody("/v1/chat/completions", target.model, random))) };
}

function withHeader(row: HeaderRow, expect: Expectation, { rows, body }: Chat): Deviation {
  return { title: `${row[0]}: ${row[1]}`, expect, headers: [...rows, row], body };
}

function manyHeaders(count: number): readonly HeaderRow[] {
  return Array.from({ length: count }, (_, index): HeaderRow => [`x-${index}`, "v"]);
}
