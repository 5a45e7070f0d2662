import { createHash } from "node:crypto";

/** One request that every subject is sent, and what the stub does with it. */
export interface BenchRequest {
  readonly name: string;
  /** The stub's name for the behaviour. A subject may call it otherwise. */
  readonly upstreamModel:
    | "bench-json-1k"
    | "bench-json-32k"
    | "bench-burst"
    | "bench-messages-burst"
    | "bench-paced-20"
    | "bench-paced-100"
    | "bench-firehose";
  readonly stream: boolean;
  /** Content events of the whole answer; the role's is one more. Absent for JSON and for the endless stream. */
  readonly events?: number;
  /** The JSON text for a model name. */
  body(model: string): string;
}

const SENTENCE = "Summarise the incident for the on-call engineer: what failed, when, and what was done about it. ";
const SYSTEM = 'You are a careful assistant. Answer in plain words,\nsay when you are not sure, and never invent a "fact".';

export const json1k: BenchRequest = {
  name: "json-1k",
  upstreamModel: "bench-json-1k",
  stream: false,
  body: (model) => renderChat({ model, userText: textOf(700), stream: false }),
};

export const json32k: BenchRequest = {
  name: "json-32k",
  upstreamModel: "bench-json-32k",
  stream: false,
  body: (model) => renderChat({ model, userText: textOf(31_500), stream: false }),
};

/** One picture of 1 MB in base64 beside a question. */
export const vision1m: BenchRequest = {
  name: "vision-1m",
  upstreamModel: "bench-json-1k",
  stream: false,
  body: (model) =>
    JSON.stringify({
      model,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is in this picture?" },
            {
              type: "image_url",
              image_url: { url: `data:image/png;base64,${pseudoRandomBytes(750_000).toString("base64")}`, detail: "high" },
            },
          ],
        },
      ],
      max_completion_tokens: 300,
    }),
};

export const burst: BenchRequest = streamRequest("sse-burst", "bench-burst", 200);
/** Answered with Anthropic's events: a pass-through gives them as they are, a gateway that was asked in OpenAI's dialect must turn them. */
export const messagesBurst: BenchRequest = streamRequest("sse-transcoded", "bench-messages-burst", 200);
export const paced20: BenchRequest = streamRequest("sse-paced-20", "bench-paced-20", 200);
export const paced100: BenchRequest = streamRequest("sse-paced-100", "bench-paced-100", 100);
export const firehose: BenchRequest = streamRequest("sse-firehose", "bench-firehose");

function streamRequest(name: string, upstreamModel: BenchRequest["upstreamModel"], events?: number): BenchRequest {
  return {
    name,
    upstreamModel,
    stream: true,
    ...(events === undefined ? {} : { events }),
    body: (model) => renderChat({ model, userText: textOf(680), stream: true }),
  };
}

/** No stream_options: a stock client sends none, and a gateway that meters has to see to its own usage. */
function renderChat(ask: { readonly model: string; readonly userText: string; readonly stream: boolean }): string {
  return JSON.stringify({
    model: ask.model,
    messages: [
      { role: "system", content: SYSTEM },
      { role: "user", content: ask.userText },
    ],
    temperature: 0.2,
    max_completion_tokens: 512,
    ...(ask.stream ? { stream: true } : {}),
  });
}

function textOf(length: number): string {
  return SENTENCE.repeat(Math.ceil(length / SENTENCE.length)).slice(0, length);
}

/** The same incompressible bytes on every run. */
function pseudoRandomBytes(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, index) =>
    createHash("sha512").update(String(index)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
