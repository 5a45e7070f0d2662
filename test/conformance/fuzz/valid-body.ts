import type { Random } from "./random.ts";

/** A body as members whose values are raw JSON, so that a mutation can write what `JSON.stringify` would not. */
export type Members = readonly (readonly [name: string, json: string])[];

export type Endpoint = "/v1/chat/completions" | "/v1/embeddings";

export function renderBody(members: Members): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

/** The members with one of them replaced, or added at the end. */
export function withMember(members: Members, name: string, json: string): Members {
  return [...members.filter(([other]) => other !== name), [name, json]];
}

const TEXTS = [
  "Hello",
  "What is the capital of Peru?",
  "Zażółć gęślą jaźń",
  "数えてください",
  "👩‍👩‍👧 family",
  'quotes " and \\ and \n lines',
  "\n\ndata: [DONE]\n\n",
  "",
] as const;

/** A correct request body of moderate variety. */
export function createBody(endpoint: Endpoint, model: string, random: Random): Members {
  return endpoint === "/v1/embeddings" ? createEmbeddingsBody(model, random) : createChatBody(model, random);
}

function createChatBody(model: string, random: Random): Members {
  const messages = Array.from({ length: 1 + random.below(4) }, () => createMessage(random));
  const options: Members = [
    ["temperature", String(random.below(20) / 10)],
    ["max_tokens", String(1 + random.below(500))],
    ["stream", random.pick(["true", "false"])],
    ["stop", random.pick(['"END"', '["a","b"]', "null"])],
    ["user", '"user-1"'],
    ["metadata", '{"team":"fuzz"}'],
    ["tools", '[{"type":"function","function":{"name":"look_up","parameters":{"type":"object","properties":{}}}}]'],
    ["response_format", '{"type":"text"}'],
    ["seed", String(random.below(1_000))],
    ["x_vendor_option", '{"kept":true}'],
  ];
  return [["model", JSON.stringify(model)], ["messages", JSON.stringify(messages)], ...options.filter(() => random.chance(0.3))];
}

function createMessage(random: Random): unknown {
  const text = random.pick(TEXTS);
  const content = random.chance(0.3)
    ? [
        { type: "text", text },
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
      ]
    : text;
  return { role: random.pick(["system", "user", "assistant", "developer"]), content };
}

function createEmbeddingsBody(model: string, random: Random): Members {
  const input = random.pick<unknown>([random.pick(TEXTS) || "x", ["a", "b"], [1, 2, 3], [[1, 2], [3]]]);
  const options: Members = [
    ["encoding_format", random.pick(['"float"', '"base64"'])],
    ["dimensions", String(1 + random.below(64))],
    ["user", '"user-1"'],
  ];
  return [["model", JSON.stringify(model)], ["input", JSON.stringify(input)], ...options.filter(() => random.chance(0.3))];
}
