import { ANY_OBJECT, type Ask, PROMPT, type SurfaceName } from "./heard.ts";

/** An answer without a client to judge it. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The connection broke before the answer ended. */
  readonly isCut: boolean;
}

interface RawCall {
  readonly path: string;
  readonly body: unknown;
}

const USER = { role: "user", content: PROMPT };

/** The least that a client of each surface sends, as bytes. */
const CALLS: Readonly<Record<SurfaceName, (ask: Ask) => RawCall>> = {
  "openai-chat": ({ model, stream, tools }) => ({
    path: "/v1/chat/completions",
    body: {
      model,
      messages: [USER],
      ...declare(tools, (name) => ({ type: "function", function: { name, parameters: ANY_OBJECT } })),
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    },
  }),
  "openai-responses": ({ model, stream, tools }) => ({
    path: "/v1/responses",
    body: {
      model,
      input: PROMPT,
      ...declare(tools, (name) => ({ type: "function", name, parameters: ANY_OBJECT, strict: false })),
      ...(stream ? { stream } : {}),
    },
  }),
  "openai-completions": ({ model, stream }) => ({
    path: "/v1/completions",
    body: { model, prompt: PROMPT, ...(stream ? { stream, stream_options: { include_usage: true } } : {}) },
  }),
  "anthropic-messages": ({ model, stream, tools }) => ({
    path: "/v1/messages",
    body: {
      model,
      max_tokens: 1_024,
      messages: [USER],
      ...declare(tools, (name) => ({ name, input_schema: ANY_OBJECT })),
      ...(stream ? { stream } : {}),
    },
  }),
  gemini: ({ model, stream, tools }) => ({
    path: `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: {
      contents: [{ role: "user", parts: [{ text: PROMPT }] }],
      ...(tools.length === 0
        ? {}
        : { tools: [{ functionDeclarations: tools.map((name) => ({ name, parametersJsonSchema: ANY_OBJECT })) }] }),
    },
  }),
};

function declare(tools: readonly string[], form: (name: string) => unknown): { readonly tools?: readonly unknown[] } {
  return tools.length === 0 ? {} : { tools: tools.map(form) };
}

/** Asks one surface and takes the bytes as they come. Never rejects for what the server does. */
export async function askRaw(surface: SurfaceName, ask: Ask): Promise<RawAnswer> {
  const { body, path } = CALLS[surface](ask);
  const response = await fetch(ask.origin + path, {
    method: "POST",
    headers: { authorization: `Bearer ${ask.apiKey}`, "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify(body),
  });
  const chunks: Uint8Array[] = [];
  let isCut = false;
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch {
    isCut = true; // What came before the break is what is looked at.
  }
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    text: Buffer.concat(chunks).toString(),
    isCut,
  };
}

/** An envelope of a foreign seal names the item it belongs to, which may have a minted id. */
const ENVELOPE = /(fairlead1\.\w+\.\w+\.)[\w-]*/g;
const ENVELOPE_IN_BASE64 = /ZmFpcmxlYWQxL[\w+/=-]*/g;

/** The same answer on another day: ids that were minted and times are blanked. */
export function withoutMinted({ isCut, status, text }: RawAnswer): string {
  const blanked = withoutDone(text)
    .replaceAll(ENVELOPE_IN_BASE64, (envelope) => Buffer.from(envelope, "base64").toString())
    .replaceAll(ENVELOPE, "$1#")
    .replaceAll(/[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{27}/g, "#")
    .replaceAll(/"(created|created_at|completed_at)":\s*\d+(\.\d+)?/g, '"$1":0');
  return `${status} ${String(isCut)} ${blanked}`;
}

/** Some send `[DONE]` after the last event of a Responses stream. Whether it is passed on tells nobody anything. */
function withoutDone(text: string): string {
  const isDone = text.trimEnd().endsWith("data: [DONE]") && text.includes('"type":"response.completed"');
  return isDone ? text.slice(0, text.lastIndexOf("data: [DONE]")) : text;
}
