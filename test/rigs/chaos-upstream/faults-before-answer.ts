import { MisuseError } from "./behaviour.ts";
import type { Exchange } from "./exchange.ts";
import { contentHeaders, deliver, hang, numberOf, respond, sendForever, typeHeaders } from "./exchange.ts";
import { buildRetryAfterHeaders } from "./retry-after.ts";

/** What F13 gives away about the upstream's account; it must never reach a caller. */
export const CHAOS_ACCOUNT_ID = "org-chaos4217account";

/** F01–F16: no byte of an answer arrives. */
export const faultsBeforeAnswer = {
  F01: async () => {
    throw new MisuseError("F01 is a refused connection: point the base URL at refusedUrl.");
  },
  F02: async ({ reply }: Exchange) => reply.cut("rst"),
  F03: async ({ reply }: Exchange) => reply.cut("fin"),
  F04: async ({ reply }: Exchange) => reply.cut("fin", "NOT HTTP\r\n\r\n"),
  F05: hang,
  F06: async (exchange: Exchange) => {
    await exchange.reply.pause(numberOf(exchange, "ms", 20_000));
    await deliver(exchange);
  },
  F07: async (exchange: Exchange) => {
    exchange.reply.head(200, contentHeaders(exchange));
    await hang(exchange);
  },
  F08: async (exchange: Exchange) => {
    exchange.reply.head(200, typeHeaders(exchange));
    await sendForever(exchange, exchange.streams ? [": ping\n\n", ...exchange.frames.slice(0, 1)] : [" "]);
  },
  F09: (exchange: Exchange) => fail(exchange, 500, "The server had an error while processing your request."),
  F10: (exchange: Exchange) => fail(exchange, numberOf(exchange, "status", 503), "Service unavailable."),
  F11: (exchange: Exchange) => {
    const form = numberOf(exchange, "form", 0);
    const headers = buildRetryAfterHeaders(form, numberOf(exchange, "seconds", 2), Date.now());
    const body = openAiError("Rate limit reached for requests.", "requests", "rate_limit_exceeded");
    return respond(exchange, { status: 429, headers, body });
  },
  F12: (exchange: Exchange) => fail(exchange, 529, "Overloaded"),
  F13: (exchange: Exchange) => {
    const message = `Incorrect API key provided: ${exchange.credential || "none"}. It belongs to account ${CHAOS_ACCOUNT_ID}.`;
    return respond(exchange, {
      status: numberOf(exchange, "status", 401),
      headers: { "openai-organization": CHAOS_ACCOUNT_ID },
      body: openAiError(message, "invalid_request_error", "invalid_api_key"),
    });
  },
  F14: (exchange: Exchange) => {
    const location = exchange.behaviour.options.get("to") ?? exchange.redirectUrl;
    return respond(exchange, { status: numberOf(exchange, "status", 302), headers: { location }, body: "" });
  },
  F15: (exchange: Exchange) => {
    const body = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>";
    return respond(exchange, { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body });
  },
  F16: async (exchange: Exchange) => {
    const headers = typeHeaders(exchange);
    if (exchange.streams) return respond(exchange, { status: 200, headers, body: "" });
    exchange.reply.head(200, { ...headers, "content-length": 1_000 });
    await exchange.reply.send('{"id":"chatcmpl-truncated","object":"chat.completion","choices":[{"index":0,"mess');
    exchange.reply.cut("fin");
  },
};

/** The error envelope of OpenAI's API. */
export function openAiError(message: string, type: string, code: string | null = null): object {
  return { error: { message, type, param: null, code } };
}

function fail(exchange: Exchange, status: number, message: string): Promise<void> {
  return respond(exchange, {
    status,
    body: openAiError(message, status === 529 ? "overloaded_error" : "server_error"),
  });
}
