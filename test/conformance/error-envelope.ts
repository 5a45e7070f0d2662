import type { RawResponse } from "./raw-client.ts";

const ENVELOPE_KEYS = ["code", "message", "param", "type"];
const STACK_TRACE = /\bat .{1,200}\.[jt]s:\d+/;

/** Why a 4xx is not the OpenAI error form with exactly four keys; null when it is. */
export function findEnvelopeFault({ body, headers }: Pick<RawResponse, "body" | "headers">): string | null {
  if (!(headers["content-type"] ?? "").startsWith("application/json")) return `content type ${headers["content-type"]}`;
  const error = readError(body);
  if (error === null) return "the body is not an error envelope";
  if (Object.keys(error).toSorted().join() !== ENVELOPE_KEYS.join()) return `keys ${Object.keys(error).join()}`;
  const { message, type, param, code } = error;
  if (typeof message !== "string" || message === "" || typeof type !== "string") return "message or type is no text";
  if (![param, code].every((value) => value === null || typeof value === "string")) return "param or code is no text";
  return STACK_TRACE.test(body) ? "a stack trace" : null;
}

interface ErrorBody {
  readonly message?: unknown;
  readonly type?: unknown;
  readonly param?: unknown;
  readonly code?: unknown;
}

function readError(body: string): ErrorBody | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null || Object.keys(parsed).join() !== "error") return null;
    const error: unknown = Reflect.get(parsed, "error");
    return typeof error === "object" && error !== null ? error : null;
  } catch {
    return null;
  }
}
