import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { once } from "node:events";
import { closeNow, listen } from "../../rigs/chaos-upstream/listen.ts";

/** An upstream that attacks its caller, where the chaos upstream only fails. The model's name says how. */
export interface HostileUpstream {
  readonly url: string;
  requests(): readonly HostileRequest[];
  /** Endless streams that are still being written. */
  flooding(): number;
  reset(): void;
  close(): Promise<void>;
}

interface HostileRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: string }[];
}

const DONE = "data: [DONE]\n\n";
const BAD_USAGE = { prompt_tokens: -5, completion_tokens: 1e308, total_tokens: "many" };
/** Headers that would act on the router's own origin, or forge its report. */
export const HOSTILE_HEADERS: Readonly<Record<string, string>> = {
  "set-cookie": "session=stolen",
  "access-control-allow-origin": "*",
  "alt-svc": 'h3="evil.example:443"',
  "strict-transport-security": "max-age=1",
  location: "https://evil.example/",
  "x-fairlead-target": "forged/forged",
  "x-request-id": "theirs",
  "x-ratelimit-remaining-requests": "0",
  "openai-organization": "org-ours",
  refresh: "0; url=https://evil.example",
  "clear-site-data": '"*"',
};

/** One content event of the endless stream. */
const FLOOD_TEXT = "water ".repeat(200);

type Answer = (response: ServerResponse, request: ChatRequest) => void;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "hostile-echo": (response, request) => answerWith(response, request, { text: request.messages.at(-1)?.content ?? "" }),
  "hostile-headers": (response, request) => {
    for (const [name, value] of Object.entries(HOSTILE_HEADERS)) response.setHeader(name, value);
    answerWith(response, request, { text: "hi" });
  },
  "hostile-status-999": (response) =>
    response.writeHead(999, { "content-type": "application/json" }).end('{"error":{"message":"x"}}'),
  "hostile-interim": (response, request) => {
    for (let count = 0; count < 200; count++) response.writeProcessing();
    answerWith(response, request, { text: "hi" });
  },
  "hostile-no-content": (response) => {
    response.socket?.end("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello");
  },
  "hostile-not-modified": (response) => response.writeHead(304, { etag: '"x"' }).end(),
  "hostile-deep": (response) => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    stream(response, [event("hello"), `data: {"choices":[{"index":0,"delta":{"content":${deep}}}]}\n\n`, finish("stop"), DONE]);
  },
  "hostile-after-done": (response) =>
    stream(response, [event("hello"), finish("stop"), finish("length"), DONE, event("smuggled"), DONE]),
  "hostile-usage": (response, request) => answerWith(response, request, { text: "hi", usage: BAD_USAGE }),
};

/** Starts it on the loopback interface. */
export async function startHostileUpstream(): Promise<HostileUpstream> {
  let seen: HostileRequest[] = [];
  let flooding = 0;
  const flood: Answer = (response) => {
    flooding++;
    response.once("close", () => flooding--);
    response.writeHead(200, { "content-type": "text/event-stream" });
    const pour = (): void => {
      while (response.write(event(FLOOD_TEXT)));
    };
    response.on("drain", pour);
    pour();
  };
  const answers: Readonly<Record<string, Answer>> = { ...ANSWERS, "hostile-flood": flood };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      await once(request, "end");
      const body = Buffer.concat(chunks).toString("utf8");
      seen.push({ headers: request.headers, body });
      const chat: ChatRequest = JSON.parse(body);
      answers[chat.model]?.(response, chat);
    })();
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests: () => seen,
    flooding: () => flooding,
    reset: () => {
      seen = [];
    },
    close: () => closeNow(server),
  };
}

function answerWith(
  response: ServerResponse,
  request: ChatRequest,
  answer: { readonly text: string; readonly usage?: object },
): void {
  const { text, usage } = answer;
  if (request.stream === true) return stream(response, [event(text), finish("stop", usage), DONE]);
  const choices = [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }];
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ id: "h", object: "chat.completion", choices, usage }));
}

function stream(response: ServerResponse, frames: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const frame of frames) response.write(frame);
  response.end();
}

function event(content: string): string {
  return `data: ${JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
}

function finish(reason: string, usage?: object): string {
  return `data: ${JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta: {}, finish_reason: reason }], usage })}\n\n`;
}
