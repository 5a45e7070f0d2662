import type { Upstream, UpstreamCall } from "../../ports/upstream.ts";
import { type AnswerBehaviour, type Behaviour, readBehaviour } from "./behaviour.ts";
import { readChatRequest } from "./chat-request.ts";
import { composeAnswers } from "./compose-answers.ts";
import { renderEmbeddings } from "./embed.ts";
import { type JsonRecord, parseRecord } from "./json.ts";
import { type BodyScript, playBody } from "./play-body.ts";
import { refuseBlocked, refuseContext, refuseQuota, refuseRequest, refuseUnknown, refuseWithStatus } from "./refusal.ts";
import { renderCompletion, renderEvents } from "./render-chat.ts";
import { scriptJson, scriptStream } from "./script-answer.ts";
import { hashText, toHex } from "./seed.ts";
import { sleep } from "./sleep.ts";

type Operation = "chat" | "embeddings";

/** A call the simulator has understood so far. */
interface Exchange {
  readonly operation: Operation;
  readonly body: JsonRecord;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * An OpenAI-compatible backend inside the Worker. It touches no network and no clock but for the pauses that a model's
 * name asks for; the same request gives the same bytes. Model names choose success, pace and faults: README.md.
 */
export function createSimulator(): Upstream {
  return { send };
}

async function send(call: UpstreamCall): Promise<Response> {
  const signal = call.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const operation = readOperation(call.url);
  if (operation === null) return refuseUnknown(`The simulator does not serve ${new URL(call.url).pathname}.`, "unknown_url");
  const body = parseRecord(call.body);
  if (body === null) return refuseRequest("The body is not a JSON object.", null);
  const model = String(body["model"]);
  const behaviour = readBehaviour(model);
  if (behaviour === null) return refuseUnknown(`The simulator has no model '${model}'. Try sim-small.`, "model_not_found");
  return behave(behaviour, { operation, body, seed: hashText(call.body), signal });
}

function readOperation(url: string): Operation | null {
  const { pathname } = new URL(url);
  if (pathname.endsWith("/chat/completions")) return "chat";
  return pathname.endsWith("/embeddings") ? "embeddings" : null;
}

async function behave(behaviour: Behaviour, exchange: Exchange): Promise<Response> {
  switch (behaviour.kind) {
    case "answer":
      return exchange.operation === "chat" ? answerChat(behaviour, exchange) : answerEmbeddings(behaviour, exchange);
    case "refuse":
      return refuseWithStatus(behaviour.status, behaviour.retryAfterSeconds);
    case "exceed_context":
      return refuseContext();
    case "exceed_quota":
      return refuseQuota();
    case "block":
      return refuseBlocked();
    case "hang":
      await sleep(Number.POSITIVE_INFINITY, exchange.signal);
      throw new Error("unreachable: an endless sleep only rejects");
    case "unreachable":
      throw new Error("Network connection lost.");
  }
}

async function answerChat(behaviour: AnswerBehaviour, exchange: Exchange): Promise<Response> {
  if (behaviour.serves === "embeddings") return refuseRequest("This is not a chat model.", "model");
  const read = readChatRequest(exchange.body);
  if ("invalid" in read) return refuseRequest(read.invalid.message, read.invalid.param);
  const { request } = read;
  const completion = { request, answers: composeAnswers(request, behaviour, exchange.seed), seed: exchange.seed };
  if (request.stream)
    return respond("text/event-stream; charset=utf-8", scriptStream(renderEvents(completion), behaviour), exchange);
  const deltas = behaviour.intervalMs === 0 ? 0 : renderEvents(completion).deltas.length;
  await pause(behaviour.firstDelayMs + behaviour.intervalMs * deltas, exchange.signal);
  return respond("application/json", scriptJson(renderCompletion(completion), behaviour), exchange);
}

async function answerEmbeddings(behaviour: AnswerBehaviour, exchange: Exchange): Promise<Response> {
  if (behaviour.serves === "chat") return refuseRequest("This model makes no embeddings. Try sim-embed.", "model");
  const rendered = renderEmbeddings(exchange.body);
  if ("invalid" in rendered) return refuseRequest(rendered.invalid.message, rendered.invalid.param);
  await pause(behaviour.firstDelayMs, exchange.signal);
  return respond("application/json", scriptJson(rendered.body, behaviour), exchange);
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, signal);
}

function respond(contentType: string, script: BodyScript, exchange: Exchange): Response {
  const headers = { "content-type": contentType, "x-request-id": `req_sim${toHex(exchange.seed)}` };
  return new Response(playBody(script, exchange.signal), { headers });
}
