import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What the upstream answers with: the question asked of it, as JSON. */
export interface Told {
  /** The answer's text. Default: `Aye.` */
  readonly says?: string;
  /** `usage` as it is sent, in the dialect of the path; none where it is left out. */
  readonly usage?: unknown;
  /** An error's body instead of an answer. */
  readonly error?: { readonly status: number; readonly body: unknown };
  /** Milliseconds that pass before it answers. */
  readonly delayMs?: number;
}

export interface UsageUpstream {
  readonly url: string;
  close(): Promise<void>;
}

/** An OpenAI-compatible backend that reports the usage it is told to. */
export async function startUsageUpstream(): Promise<UsageUpstream> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(await text(request)) as { model: string; stream?: boolean; messages: { content: string }[] };
  const told = JSON.parse(body.messages[0]?.content ?? "{}") as Told; // tests write both
  const { delayMs = 0, error } = body.model === "slow" ? { ...told, delayMs: 2_000 } : told;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (error !== undefined && body.model !== "second") {
    response.writeHead(error.status, { "content-type": "application/json" }).end(JSON.stringify(error.body));
    return;
  }
  if (body.stream === true) return stream(response, body.model, told);
  const message = { role: "assistant", content: told.says ?? "Aye." };
  const whole = { ...head(body.model, "chat.completion"), choices: [{ index: 0, message, finish_reason: "stop" }] };
  response.writeHead(200, { "content-type": "application/json" }).end(writeJson({ ...whole, usage: told.usage }));
}

function stream(response: ServerResponse, model: string, { says = "Aye.", usage }: Told): void {
  const chunk = (choices: readonly object[], detail: object = {}): string =>
    `data: ${writeJson({ ...head(model, "chat.completion.chunk"), choices, ...detail })}\n\n`;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunk([{ index: 0, delta: { role: "assistant", content: says }, finish_reason: null }]));
  response.write(chunk([{ index: 0, delta: {}, finish_reason: "stop" }]));
  response.end(`${chunk([], { usage })}data: [DONE]\n\n`);
}

function head(model: string, object: string): object {
  return { id: "chatcmpl-1", object, created: 1, model };
}

/** Numbers that JSON cannot say stand in the question as text such as `1e308` behind a `#`. */
function writeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"#([^"]*)"/g, "$1");
}
