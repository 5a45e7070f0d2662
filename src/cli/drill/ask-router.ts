import { isRecord } from "../../core/json/is-record.ts";
import { parseRecord } from "../../core/json/parse-record.ts";

/** Where drilled requests go. */
export interface DrilledRouter {
  readonly url: string;
  readonly key: string;
}

export interface DrilledRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Longer than this is never. */
  readonly patienceMs: number;
}

/** What the router made of a request. */
export type Heard =
  | { readonly kind: "answer"; readonly target: string; readonly attempts: number; readonly tookMs: number }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly attempts: number;
      /** It says `x-should-retry: false`. */
      readonly isFinal: boolean;
      readonly tookMs: number;
    }
  /** Neither an answer nor an error as callers know them. */
  | { readonly kind: "nonsense"; readonly what: string };

const DONE = "data: [DONE]";

/** Sends one request as a caller would. Never rejects. */
export async function askRouter({ key, url }: DrilledRouter, request: DrilledRequest): Promise<Heard> {
  const { model, stream } = request;
  const startedAt = performance.now();
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model, stream, messages: [{ role: "user", content: "Are you there?" }] }),
      signal: AbortSignal.timeout(request.patienceMs),
    });
    const text = await response.text();
    return hear(response, text, { request, tookMs: performance.now() - startedAt });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    return {
      kind: "nonsense",
      what: isLate ? `nothing within ${request.patienceMs} ms` : `a broken connection (${String(error)})`,
    };
  }
}

interface Asked {
  readonly request: DrilledRequest;
  readonly tookMs: number;
}

function hear({ headers, status }: Response, text: string, { request, tookMs }: Asked): Heard {
  const attempts = Number(headers.get("x-fairlead-attempts") ?? "0");
  if (status === 200) {
    const target = headers.get("x-fairlead-target") ?? "";
    const isWhole = request.stream ? text.includes(DONE) && !text.includes('"error"') : isAnswer(parseRecord(text));
    return isWhole ? { kind: "answer", target, attempts, tookMs } : { kind: "nonsense", what: `200 and ${text.slice(0, 80)}` };
  }
  const error = parseRecord(text)?.["error"];
  if (!isRecord(error) || typeof error["message"] !== "string") {
    return { kind: "nonsense", what: `status ${status} without an error that SDKs know` };
  }
  return {
    kind: "error",
    status,
    code: String(error["code"]),
    message: error["message"],
    attempts,
    isFinal: headers.get("x-should-retry") === "false",
    tookMs,
  };
}

function isAnswer(body: Readonly<Record<string, unknown>> | null): boolean {
  return Array.isArray(body?.["choices"]) && body["choices"].length > 0;
}
