import { request } from "node:http";
import type { RunningRouter } from "../../../src/cli/local-router.ts";
import { type Heard } from "../faults/ask-router.ts";

/** What callers speak; the upstream speaks the first. */
export const SURFACES = ["chat", "responses", "messages", "gemini"] as const;
export type Surface = (typeof SURFACES)[number];

interface SurfaceRequest {
  readonly surface: Surface;
  readonly model: string;
  readonly stream: boolean;
}

const TEXT = "Where is the harbour?";
const USER = [{ role: "user", content: TEXT }];

interface Wire {
  readonly path: (model: string, stream: boolean) => string;
  readonly body: (model: string, stream: boolean) => object;
  /** What the last event of a whole stream holds. */
  readonly end: RegExp;
}

const WIRES: Readonly<Record<Surface, Wire>> = {
  chat: {
    path: () => "/v1/chat/completions",
    body: (model, stream) => ({ model, stream, messages: USER }),
    end: /data: \[DONE\]\n\n$/,
  },
  responses: {
    path: () => "/v1/responses",
    body: (model, stream) => ({ model, stream, input: TEXT }),
    end: /event: response\.completed\ndata: [^\n]*\n\n$/,
  },
  messages: {
    path: () => "/v1/messages",
    body: (model, stream) => ({ model, stream, max_tokens: 500, messages: USER }),
    end: /event: message_stop\ndata: [^\n]*\n\n$/,
  },
  gemini: {
    path: (model, stream) => `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: () => ({ contents: [{ role: "user", parts: [{ text: TEXT }] }] }),
    end: /"finishReason":"STOP"[^\n]*\n\n$/,
  },
};

/** One request in a caller's own format, on a connection of its own. Never rejects. */
export function askSurface(router: Pick<RunningRouter, "url" | "key">, asked: SurfaceRequest): Promise<Heard> {
  const { model, stream, surface } = asked;
  const text = JSON.stringify(WIRES[surface].body(model, stream));
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let head: Pick<Heard, "status" | "headers"> = { status: 0, headers: {} };
    const settle = (whole: boolean): void => {
      const body = Buffer.concat(chunks);
      resolve({ ...head, body, whole, hung: false, tookMs: performance.now() - startedAt, firstByteMs: null });
    };
    const call = request(router.url + WIRES[surface].path(model, stream), {
      method: "POST",
      agent: false,
      headers: { authorization: `Bearer ${router.key}`, "content-type": "application/json" },
    });
    call.once("error", () => settle(false));
    call.once("response", (response) => {
      const headers = Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]);
      head = { status: response.statusCode ?? 0, headers: Object.fromEntries(headers) as Heard["headers"] }; // pairs of text
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("close", () => settle(response.complete));
    });
    call.end(text);
  });
}

interface Wanted {
  readonly surface: Surface;
  readonly stream: boolean;
  /** The rig names the model in the answer's text. */
  readonly model: string;
  readonly attempts: string;
  /** What no byte may name. */
  readonly never: string;
}

/** What is wrong with an answer; null when it is whole and holds nothing of the other target. */
export function judgeSurface({ body, headers, status, whole }: Heard, wanted: Wanted): string | null {
  const text = body.toString();
  const told = `${status} after ${headers["x-fairlead-attempts"] ?? "no"} attempts: ${text.slice(0, 200)}`;
  if (status !== 200 || !whole || headers["x-fairlead-attempts"] !== wanted.attempts) return told;
  if (wanted.stream ? !WIRES[wanted.surface].end.test(text) : !isJson(text)) return `not whole: ${text.slice(-200)}`;
  const words = wanted.stream ? text.replaceAll(/[^A-Za-z0-9-]/g, "") : text;
  if (!words.includes(wanted.model)) return `not from ${wanted.model}: ${told}`;
  return text.includes(wanted.never) ? `holds ${wanted.never}: ${told}` : null;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
