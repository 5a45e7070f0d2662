import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeNow, HOST, listen } from "../chaos-upstream/listen.ts";
import { Random } from "../../simulation/random.ts";

/** Tokens that a call was told it had used, as the wire names them. */
export interface MeteredUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** One request that reached the upstream, by its own books. */
export interface MeteredCall {
  readonly model: string;
  /** The body's `user`, by which the test knows the request; empty where it names none. */
  readonly user: string;
  /** The last usage that was sent; null where none was. */
  usage: MeteredUsage | null;
  ended: "finished" | "failed" | "client-left" | "open";
}

/**
 * An OpenAI-compatible server that keeps books of its own. Models: `talks` answers; `fails` answers 500; `dawdles` begins one
 * answer of fifty after a second; `holds` streams some words and then only pings until its client leaves. Streams tell with every
 * chunk what was used so far, as vLLM does with `continuous_usage_stats`.
 */
export interface MeteredUpstream {
  readonly url: string;
  calls(): readonly MeteredCall[];
  close(): Promise<void>;
}

interface MeteredOptions {
  readonly seed: number;
  /** Until an answer begins. */
  readonly delayMs?: number;
  /** Lengths of answers, in tokens. Default: 20 to 60. */
  readonly tokens?: readonly [least: number, most: number];
}

const bodySchema = z.looseObject({ model: z.string(), user: z.string().optional(), stream: z.boolean().optional() });
const PING_MS = 50;
const LATE_MS = 1_000;
const LATE_SHARE = 0.02;
/** With content. */
export const CHUNKS = 4;
/** Four characters, as a token of English has. */
const WORD = "sail ";

/** Starts it on the loopback interface. */
export async function startMeteredUpstream({ delayMs = 0, seed, tokens = [20, 60] }: MeteredOptions): Promise<MeteredUpstream> {
  const calls: MeteredCall[] = [];
  const random = new Random(seed);
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request).catch(() => null);
    if (body === null) return;
    const { model, stream = false, user = "" } = bodySchema.parse(JSON.parse(body));
    const call: MeteredCall = { model, user, usage: null, ended: "open" };
    calls.push(call);
    response.once("close", () => {
      if (call.ended === "open") call.ended = "client-left";
    });
    const promptTokens = Math.ceil(body.length / 3);
    const length = random.whole(...tokens);
    await sleep(model === "dawdles" && random.chance(LATE_SHARE) ? LATE_MS : delayMs);
    if (call.ended !== "open") return;
    if (model === "fails") return fail(call, response);
    const usageOf = (output: number): MeteredUsage => describeUsage(promptTokens, output);
    if (!stream) return answerWhole(call, response, { length, usageOf });
    await answerStream(call, response, { length, usageOf });
  };
  const port = await listen(server, 0);
  return { url: `http://${HOST}:${port}/v1`, calls: () => calls, close: () => closeNow(server) };
}

interface Answering {
  readonly length: number;
  readonly usageOf: (output: number) => MeteredUsage;
}

function describeUsage(promptTokens: number, output: number): MeteredUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: output,
    total_tokens: promptTokens + output,
    prompt_tokens_details: { cached_tokens: Math.floor(promptTokens / 3) },
    completion_tokens_details: { reasoning_tokens: Math.floor(output / 5) },
  };
}

function fail(call: MeteredCall, response: ServerResponse): void {
  call.ended = "failed";
  response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message: "Out of order.", type: "server_error", param: null, code: null } }));
}

const HEAD = { id: "chatcmpl-metered", created: 1_790_000_000 };

function answerWhole(call: MeteredCall, response: ServerResponse, { length, usageOf }: Answering): void {
  const usage = usageOf(length);
  const message = { role: "assistant", content: WORD.repeat(length), refusal: null };
  const choices = [{ index: 0, message, finish_reason: "stop", logprobs: null }];
  response.writeHead(200, { "content-type": "application/json" });
  call.usage = usage;
  call.ended = "finished";
  response.end(JSON.stringify({ ...HEAD, object: "chat.completion", model: call.model, choices, usage }));
}

function choice(delta: object, finish: string | null): readonly object[] {
  return [{ index: 0, delta, finish_reason: finish }];
}

async function answerStream(call: MeteredCall, response: ServerResponse, { length, usageOf }: Answering): Promise<void> {
  const send = (choices: readonly object[], usage: MeteredUsage | null): void => {
    const chunk = { ...HEAD, object: "chat.completion.chunk", model: call.model, choices, usage };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    call.usage = usage ?? call.usage;
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  send(choice({ role: "assistant", content: "" }, null), null);
  let sent = 0;
  for (let chunk = 1; chunk <= CHUNKS && call.ended === "open"; chunk += 1) {
    const until = Math.ceil((length * chunk) / CHUNKS);
    send(choice({ content: WORD.repeat(until - sent) }, null), usageOf(until));
    sent = until;
    await sleep(1);
  }
  while (call.model === "holds" && call.ended === "open") {
    response.write(": ping\n\n");
    await sleep(PING_MS);
  }
  if (call.ended !== "open") return;
  send(choice({}, "stop"), null);
  send([], usageOf(length));
  call.ended = "finished";
  response.end("data: [DONE]\n\n");
}
