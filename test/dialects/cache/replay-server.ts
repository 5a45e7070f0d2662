import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { answerEvents } from "../../../src/dialects/canonical/answer-events.ts";
import type { ChatAnswer } from "../../../src/dialects/canonical/chat-event.ts";
import type { DialectName } from "../../../src/dialects/dialect.ts";
import { surfaceOf } from "../../../src/dialects/index.ts";
import { decode } from "./form-of.ts";

interface ReplayServer {
  readonly origin: string;
  stop(): Promise<void>;
}

const PATHS: Readonly<Record<string, DialectName>> = {
  "/v1/chat/completions": "openai-chat",
  "/v1/responses": "openai-responses",
  "/v1/messages": "anthropic-messages",
};

/** Gives one kept answer to whoever asks for anything, as it is asked for: on every surface, as JSON or as a stream. */
export async function startReplayServer(answer: ChatAnswer): Promise<ReplayServer> {
  let count = 0;
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { pathname, search } = new URL(request.url ?? "/", "http://replay.invalid");
      const surface = PATHS[pathname] ?? "gemini";
      const asked = decode(surface, body, { stream: pathname.includes(":stream"), query: search.slice(1) });
      const seed = String((count += 1)).padStart(32, "0");
      const context = { seed, createdSeconds: 1_790_000_000, model: "model-1", asked };
      const { createWriter, writeAnswer } = surfaceOf(surface);
      response.setHeader("content-type", asked.stream ? "text/event-stream" : "application/json");
      response.end(asked.stream ? createWriter(context).write(answerEvents(answer)) : writeAnswer(answer, context));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks).toString("utf8");
}
