import { FairleadError } from "../../../src/core/errors.ts";
import { type CacheForm, cacheForm } from "../../../src/dialects/canonical/cache-form.ts";
import type { DecodedRequest, DialectName, Operation } from "../../../src/dialects/dialect.ts";
import { surfaceOf } from "../../../src/dialects/index.ts";

export type ChatSurface = Extract<DialectName, "openai-chat" | "openai-responses" | "anthropic-messages" | "gemini">;

const CAPS = { chatBodyBytes: 1e7, embeddingsBodyBytes: 1e7, messages: 2_048, tools: 256, liveStreams: 1 };

interface Asked {
  readonly operation?: Operation;
  /** Of Gemini, whose address says it. */
  readonly stream?: boolean;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body as a caller sends it. @throws FairleadError where the surface refuses it */
export function decode(surface: DialectName, body: unknown, asked: Asked = {}): DecodedRequest {
  const { headers = {}, operation = "chat", query = "", stream = false } = asked;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const address = { model: "m", stream, query };
  const context = { caps: CAPS, address, headers: new Map(Object.entries(headers)) };
  return surfaceOf(surface).decodeRequest(operation, text, context);
}

/** The form of a body; null where it is answered anew each time. @throws FairleadError where the surface refuses it */
export function formOf(surface: DialectName, body: unknown, asked: Asked = {}): CacheForm | null {
  return formOfDecoded(decode(surface, body, asked));
}

function formOfDecoded(decoded: DecodedRequest): CacheForm | null {
  const { cacheRules, readChat } = surfaceOf(decoded.surface);
  let chat = null;
  try {
    if (decoded.operation === "chat") chat = readChat(decoded);
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
  }
  return cacheForm(decoded, chat, cacheRules);
}

/** All that tells one request from another, in one text; null where there is no form, or the surface refuses the body. */
export function toldApart(surface: DialectName, body: unknown): string | null {
  try {
    const decoded = decode(surface, body);
    const form = formOfDecoded(decoded);
    return form === null ? null : JSON.stringify([decoded.model, { ...form, user: null }]);
  } catch (error) {
    if (error instanceof FairleadError) return null;
    throw error;
  }
}
