import { baseHeaders, encodeRequest, encodeText, type HeaderRow } from "../fuzz/fuzz-request.ts";
import type { RawOptions, RawResponse } from "../raw-client.ts";
import type { AttackContext } from "./attack-case.ts";

/** How a request differs from a correct one. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  /** Headers of the correct request that are left out, and those that are added. */
  readonly without?: readonly string[];
  readonly headers?: readonly HeaderRow[];
  /** Text as it is, or an object as JSON. */
  readonly body?: string | Uint8Array | object;
  readonly raw?: RawOptions;
}

/** A short chat request for the healthy model. */
export const CHAT = { model: "x-attack", messages: [{ role: "user", content: "hi" }] } as const;

/** Sends a request that is correct but for what `ask` says. */
export function ask(context: AttackContext, asked: Ask = {}): Promise<RawResponse> {
  const { method = "POST", path = "/v1/chat/completions", without = [], headers = [], body = CHAT, raw } = asked;
  const rows = [...baseHeaders(context, ...without), ...headers];
  return context.rawRequest(encodeRequest({ method, path, headers: rows, body: toBytes(body) }), raw);
}

/** A GET without a body. */
export function get(context: AttackContext, path: string, asked: Ask = {}): Promise<RawResponse> {
  return ask(context, { ...asked, method: "GET", path, body: "" });
}

/** The chat request with some fields set. */
export function chatWith(fields: object): object {
  return { ...CHAT, ...fields };
}

function toBytes(body: string | Uint8Array | object): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return encodeText(typeof body === "string" ? body : JSON.stringify(body));
}
