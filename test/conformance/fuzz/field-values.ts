import type { Expectation } from "./fuzz-request.ts";
import type { Endpoint } from "./valid-body.ts";

/** A field, raw JSON values for it, and what they may lead to. */
export interface FieldValues {
  readonly endpoint: Endpoint;
  readonly field: string;
  readonly expect: Expectation;
  readonly values: readonly string[];
}

const CHAT: Endpoint = "/v1/chat/completions";
const EMBEDDINGS: Endpoint = "/v1/embeddings";
const ODD_NUMBERS = ["-1", "1e400", "-1e400", '"1"', "[1]", "{}", "true"];
const ODD_COUNTS = [...ODD_NUMBERS, "0", "1.5", "9007199254740993", "1e30"];

function refused(endpoint: Endpoint, field: string, values: readonly string[]): FieldValues {
  return { endpoint, field, expect: "4xx", values };
}

function odd(endpoint: Endpoint, field: string, values: readonly string[]): FieldValues {
  return { endpoint, field, expect: "2xx-or-4xx", values };
}

/** Names that must end in `model_not_found` or be refused, never in a property or a file. @see attack B24 */
const HOSTILE_MODELS = [
  '""',
  "null",
  "5",
  "[]",
  "{}",
  '"no-such-model"',
  '"../../etc/passwd"',
  '"openai/../admin"',
  '"constructor"',
  '"__proto__"',
  '"toString"',
  '"hasOwnProperty"',
  String.raw`"a\u0000b"`,
  String.raw`"x-a\u0000b"`,
  String.raw`"x-a\r\nset-cookie: a=b"`,
  `"${"x".repeat(10_240)}"`,
];

/** The deny-list of fields by which some gateway lets a caller steer. @see attack B26 */
const STEERING = [
  "api_base",
  "base_url",
  "api_key",
  "custom_host",
  "extra_headers",
  "user_config",
  "mock_response",
  "custom_llm_provider",
  "Api_Base",
];

/** Mutations of one field of a valid request. A value that the provider's own API allows is legal here too. */
export const FIELD_VALUES: readonly FieldValues[] = [
  refused(CHAT, "model", HOSTILE_MODELS),
  refused(EMBEDDINGS, "model", HOSTILE_MODELS),
  refused(CHAT, "Model", ['"gpt-5"']),
  refused(CHAT, "STREAM", ["true"]),
  refused(CHAT, "messages", ["[]", "null", '"hi"', "{}", "5", "[5]", '["hi"]', "[null]", "[[]]"]),
  refused(CHAT, "messages", [
    '[{"content":"x"}]',
    '[{"role":"alien","content":"x"}]',
    '[{"role":5,"content":"x"}]',
    '[{"role":"__proto__"}]',
  ]),
  refused(CHAT, "messages", [
    '[{"role":"user","content":5}]',
    '[{"role":"user","content":true}]',
    '[{"role":"user","content":{}}]',
  ]),
  odd(CHAT, "messages", [
    '[{"role":"user"}]',
    '[{"role":"user","content":null}]',
    '[{"role":"user","content":[]}]',
    '[{"role":"user","content":[5]}]',
  ]),
  odd(CHAT, "messages", [String.raw`[{"role":"user","content":"\ud800"}]`, String.raw`[{"role":"user","content":"a\u0000b"}]`]),
  odd(CHAT, "messages", ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "gopher://x"].map(imageMessage)),
  refused(CHAT, "stream", ['"true"', "1", "0", "[]", "{}"]),
  refused(CHAT, "stream_options", ["5", '"x"', "[]", '{"include_usage":"yes"}']),
  refused(CHAT, "n", [...ODD_COUNTS, "129", "1000000"]),
  refused(CHAT, "max_tokens", ODD_COUNTS),
  refused(CHAT, "max_completion_tokens", ODD_COUNTS),
  refused(CHAT, "temperature", [...ODD_NUMBERS, "2.1"]),
  refused(CHAT, "top_p", [...ODD_NUMBERS, "1.1"]),
  refused(CHAT, "presence_penalty", ["-2.1", "2.1", '"0"', "[]"]),
  refused(CHAT, "frequency_penalty", ["-2.1", "2.1", '"0"', "[]"]),
  refused(CHAT, "top_logprobs", ["99999", "-1", '"5"']),
  refused(CHAT, "stop", ["5", "{}", "[5]", "true"]),
  refused(CHAT, "seed", ["1.5", '"7"', "1e400"]),
  refused(CHAT, "user", [String.raw`"a\u0000b"`, String.raw`"a\r\nx: y"`, "5", "{}"]),
  refused(CHAT, "metadata", [
    String.raw`{"a\u0000b":"c"}`,
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"x":1}}}',
    "5",
  ]),
  refused(CHAT, "tools", ["5", "{}", '"x"']),
  odd(CHAT, "tools", ["[]", "[5]", "null", '[{"type":"function"}]']),
  odd(CHAT, "max_tokens", ["null", "9007199254740991"]),
  odd(CHAT, "temperature", ["null", "0", "2", "-0", "1e-300"]),
  odd(CHAT, "x_unknown", ["null", "5", `"${"v".repeat(2_000)}"`, '{"a":{"b":[1]}}']),
  odd(CHAT, "constructor", ['"Acme"', "null"]),
  ...STEERING.map((field) => refused(CHAT, field, ['"http://127.0.0.1:1/"', "{}", "null"])),
  refused(EMBEDDINGS, "input", ['""', "[]", "null", "5", "{}", "true", "[{}]", "[null]", "[true]"]),
  refused(EMBEDDINGS, "dimensions", [...ODD_COUNTS, "65537"]),
  refused(EMBEDDINGS, "encoding_format", ['"hex"', "5", "[]"]),
  odd(EMBEDDINGS, "input", ['"x"', "[1,2]", "[[1],[2]]", '["",""]', String.raw`"\ud800"`]),
];

/** What the API fixes about each field; `null` is legal for every optional one and is not among the confusions. */
export const FIELD_TYPES: readonly { readonly endpoint: Endpoint; readonly field: string; readonly types: readonly string[] }[] =
  [
    { endpoint: CHAT, field: "model", types: ["string"] },
    { endpoint: CHAT, field: "messages", types: ["array"] },
    { endpoint: CHAT, field: "stream", types: ["boolean"] },
    { endpoint: CHAT, field: "stream_options", types: ["object"] },
    { endpoint: CHAT, field: "n", types: ["number"] },
    { endpoint: CHAT, field: "max_tokens", types: ["number"] },
    { endpoint: CHAT, field: "max_completion_tokens", types: ["number"] },
    { endpoint: CHAT, field: "temperature", types: ["number"] },
    { endpoint: CHAT, field: "top_p", types: ["number"] },
    { endpoint: CHAT, field: "presence_penalty", types: ["number"] },
    { endpoint: CHAT, field: "frequency_penalty", types: ["number"] },
    { endpoint: CHAT, field: "logprobs", types: ["boolean"] },
    { endpoint: CHAT, field: "logit_bias", types: ["object"] },
    { endpoint: CHAT, field: "seed", types: ["number"] },
    { endpoint: CHAT, field: "stop", types: ["string", "array"] },
    { endpoint: CHAT, field: "tools", types: ["array"] },
    { endpoint: CHAT, field: "tool_choice", types: ["string", "object"] },
    { endpoint: CHAT, field: "parallel_tool_calls", types: ["boolean"] },
    { endpoint: CHAT, field: "response_format", types: ["object"] },
    { endpoint: CHAT, field: "metadata", types: ["object"] },
    { endpoint: CHAT, field: "user", types: ["string"] },
    { endpoint: EMBEDDINGS, field: "model", types: ["string"] },
    { endpoint: EMBEDDINGS, field: "input", types: ["string", "array"] },
    { endpoint: EMBEDDINGS, field: "dimensions", types: ["number"] },
    { endpoint: EMBEDDINGS, field: "encoding_format", types: ["string"] },
    { endpoint: EMBEDDINGS, field: "user", types: ["string"] },
  ];

/** Raw JSON of every type. */
export const VALUES_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  string: ['"x"', '"7"', '"true"', '"[]"', '"{}"'],
  number: ["0", "7", "-3.5", "1e9"],
  boolean: ["true", "false"],
  array: ["[]", "[1]", '["x"]', "[[]]", "[{}]"],
  object: ["{}", '{"a":1}', '{"0":"x","length":1}', '{"toString":1}', '{"then":1}'],
};

function imageMessage(url: string): string {
  return JSON.stringify([{ role: "user", content: [{ type: "image_url", image_url: { url } }] }]);
}
