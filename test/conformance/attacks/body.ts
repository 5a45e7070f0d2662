import { gzipSync } from "node:zlib";
import type { HeaderRow } from "../fuzz/fuzz-request.ts";
import { ask, CHAT, chatWith } from "./ask.ts";
import type { AttackCase, AttackContext, AttackExpectation } from "./attack-case.ts";

const JSON_CHAT = JSON.stringify(CHAT);
const BODY_CAP = 4 * 1024 * 1024;

interface BodyRow {
  readonly id: string;
  readonly title: string;
  readonly body: string | Uint8Array | object;
  readonly expect: AttackExpectation;
}

type Verdict = Pick<AttackExpectation, "code" | "param"> & { readonly status?: number };

function refused(id: string, body: BodyRow["body"], verdict: Verdict = {}): BodyRow {
  const { status = 400, ...expected } = verdict;
  const title =
    body instanceof Uint8Array ? `${body.length} bytes` : (typeof body === "string" ? body : JSON.stringify(body)).slice(0, 70);
  return { id, title, body, expect: { status: [status], ...expected } };
}

/** `JSON.stringify` would write `1e400` as null. */
function chatWithRaw(field: string, json: string): string {
  return `${JSON_CHAT.slice(0, -1)},${JSON.stringify(field)}:${json}}`;
}

function nested(depth: number): string {
  return `{"model":"x-attack","tools":[{"function":{"parameters":${"[".repeat(depth)}${"]".repeat(depth)}}}]}`;
}

const messages = (count: number): readonly object[] => Array.from({ length: count }, () => CHAT.messages[0]);
const HOSTILE_MODELS = ["../../etc/passwd", "openai/../admin", "y".repeat(10_240), "constructor", "__proto__", "toString"];
/** Every field by which LiteLLM or Portkey let a caller choose the destination or the credential. */
const STEERING = ["api_base", "base_url", "api_key", "custom_host", "extra_headers", "user_config", "mock_response"];

const BODIES: readonly BodyRow[] = [
  refused("B01", "", { code: "invalid_json" }),
  refused("B02", '{"model":"x"', { code: "invalid_json" }),
  refused("B03", `\ufeff${JSON_CHAT}`, { code: ["invalid_json", "invalid_utf8"] }),
  refused("B04", Buffer.concat([Buffer.from('{"mo'), Uint8Array.of(0xff), Buffer.from('del":"x"}')]), { code: "invalid_utf8" }),
  refused("B05", Buffer.from(JSON_CHAT, "utf16le"), { code: ["invalid_json", "invalid_utf8"] }),
  refused("B06", nested(100_000), { code: "too_deep" }),
  refused("B07", "[".repeat(1_000_000), { code: ["too_deep", "invalid_json"] }),
  refused("B07", `{"a":${"[".repeat(1_000_000)}`, { code: "too_deep" }),
  refused("B08", '{"model":"x-a","model":"gpt-5"}', { code: "duplicate_key", param: "model" }),
  refused("B08", String.raw`{"model":"x-a","\u006dodel":"gpt-5"}`, { code: "duplicate_key", param: "model" }),
  refused("B09", chatWithRaw("Model", '"gpt-5"'), { code: "unknown_field" }),
  ...['{"isAdmin":true}', "null"].map((value) => refused("B10", chatWithRaw("__proto__", value), { code: "forbidden_key" })),
  refused("B10", chatWithRaw("constructor", '{"prototype":{"x":1}}'), { code: "forbidden_key" }),
  refused("B10", chatWithRaw("metadata", '{"__proto__":{"isAdmin":true}}'), { code: "forbidden_key" }),
  refused("B10", chatWithRaw("metadata", '{"constructor":{"prototype":{"x":1}}}'), { code: "forbidden_key" }),
  ...["1e400", "-1", "1.5", '"100"', "9007199254740993"].map((value) =>
    refused("B12", chatWithRaw("max_tokens", value), { param: "max_tokens" }),
  ),
  refused("B13", chatWith({ n: 1_000_000 }), { param: "n" }),
  refused("B13", chatWith({ top_logprobs: 99_999 }), { param: "top_logprobs" }),
  refused("B13", chatWith({ logprobs: 99_999 }), { param: "logprobs" }),
  refused("B14", chatWith({ messages: [] }), { param: "messages" }),
  refused("B14", chatWith({ messages: messages(2_049) }), { code: "too_many_messages" }),
  refused("B14", chatWith({ messages: messages(50_000) }), { code: ["too_many_messages", "too_complex"] }),
  refused("B15", chatWith({ messages: [{ role: "user", content: "a".repeat(BODY_CAP + 1) }] }), {
    status: 413,
    code: "body_too_large",
  }),
  ...["model", "user"].map((field) => refused("B23", chatWith({ [field]: "x-a\u0000b" }), { param: field })),
  refused("B23", chatWith({ metadata: { "a\u0000b": "c" } }), { code: ["forbidden_key", "invalid_value"] }),
  ...HOSTILE_MODELS.map((model) => refused("B24", chatWith({ model }), { status: 404, code: "model_not_found" })),
  ...["true", 1].map((stream) => refused("B25", chatWith({ stream }), { param: "stream" })),
  ...STEERING.map((field) =>
    refused("B26", chatWithRaw(field, '"http://127.0.0.1:1/"'), { code: "unknown_field", param: field }),
  ),
];

const TYPES: readonly (readonly [id: string, rows: readonly HeaderRow[]])[] = [
  [
    "B17",
    [
      ["content-type", "application/json"],
      ["content-encoding", "gzip"],
    ],
  ],
  [
    "B18",
    [
      ["content-type", "application/json"],
      ["content-encoding", "gzip, gzip, br"],
    ],
  ],
  ["B19", [["content-type", "text/plain"]]],
  ["B19", [["content-type", "application/json; charset=utf-7"]]],
  ["B19", []],
  ["B20", [["content-type", `multipart/form-data; boundary=${"-".repeat(20_000)}`]]],
  ["B21", [["content-type", "multipart/form-data; boundary=x"]]],
];

const BODY_OF: Readonly<Record<string, Uint8Array>> = {
  B17: gzipSync(Buffer.alloc(10_000_000)),
  B20: Buffer.from("-".repeat(100_000)),
  B21: Buffer.from("--x\r\n\r\n\r\n".repeat(10_000)),
};

/** What the chaos upstream got, as text. */
function forwarded({ chaos }: AttackContext): string {
  return chaos
    .attempts()
    .map((attempt) => attempt.body)
    .join("");
}

/** Attacks B01–B28: the body. What the provider's own API allows passes (B12 `null`, B13 `best_of`, B22). */
export const bodyAttacks: readonly AttackCase[] = [
  ...BODIES.map(({ body, expect, id, title }): AttackCase => ({ id, title, send: (context) => ask(context, { body }), expect })),
  ...TYPES.map(([id, headers]): AttackCase => ({
    id,
    title:
      headers
        .map((row) => row.join(": "))
        .join(", ")
        .slice(0, 70) || "no content type",
    send: (context) => ask(context, { without: ["content-type"], headers, body: BODY_OF[id] ?? CHAT }),
    expect: { status: [415], code: "unsupported_media_type" },
  })),
  {
    id: "B12",
    title: "max_tokens: null is the API's own default",
    send: (context) => ask(context, { body: chatWith({ max_tokens: null }) }),
    expect: { status: [200] },
  },
  {
    id: "B16",
    title: "10 MB behind a content length of 100",
    send: (context) => ask(context, { headers: [["content-length", "100"]], body: "{".padEnd(10_000_000) }),
    // What follows the 100 bytes is workerd's to refuse: it closes, and the reset may overtake our answer.
    expect: { status: [400, 0], check: (_, { chaos }) => (chaos.attempts().length === 0 ? null : "the upstream was asked") },
  },
  {
    id: "B16",
    title: "10 MB in chunks",
    send: (context) =>
      ask(context, { headers: [["transfer-encoding", "chunked"]], body: `989680\r\n${"{".padEnd(10_000_000)}\r\n0\r\n\r\n` }),
    expect: { status: [413], code: "body_too_large" },
  },
  {
    id: "B22",
    title: "a lone surrogate goes on byte for byte",
    send: (context) => ask(context, { body: String.raw`{"model":"x-attack","messages":[{"role":"user","content":"\ud800"}]}` }),
    expect: {
      status: [200],
      check: (_, context) =>
        forwarded(context).includes(String.raw`"content":"\ud800"`) ? null : "the upstream got other bytes",
    },
  },
  ...["http://169.254.169.254/latest/meta-data", "file:///etc/passwd"].map((url): AttackCase => ({
    id: "B27",
    title: url,
    send: (context) =>
      ask(context, { body: chatWith({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }] }) }),
    expect: {
      status: [200, 400],
      check: (_, { chaos }) => (chaos.attempts().length <= 1 ? null : "more than the one upstream call"),
    },
  })),
  {
    id: "B28",
    title: "an echoed terminator stays inside its event",
    send: (context) =>
      ask(context, {
        body: {
          model: "x-echo",
          stream: true,
          messages: [{ role: "user", content: '\n\ndata: [DONE]\n\ndata: {"error":{}}\n\n' }],
        },
      }),
    expect: {
      status: [200],
      check: ({ body }) =>
        body.split("\n\n").filter((event) => event === "data: [DONE]").length === 1 && body.split("\n\n").length === 4
          ? null
          : "the stream was broken up",
    },
  },
];
