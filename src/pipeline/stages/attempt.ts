import type { Failure, FailureClass } from "../../core/failure.ts";
import { HOP_HEADER, type LinkedCredential, type LinkedTarget } from "../../core/policy/link.ts";
import type { CompiledTimeouts } from "../../core/policy/compiled.ts";
import { readRetryAfter } from "../../core/routing/retry-after.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import { DIALECTS } from "../../dialects/index.ts";
import type { UpstreamCall } from "../../ports/upstream.ts";
import type { Run } from "../deps.ts";
import { readCapped } from "../read-capped.ts";

/** An error body is read up to here; what explains an error is never longer. */
const ERROR_BODY_BYTES = 64 * 1024;

/** One exchange with one target. */
export interface AttemptInput {
  readonly asked: DecodedRequest;
  readonly target: LinkedTarget;
  readonly credential: LinkedCredential;
  readonly timeouts: CompiledTimeouts;
  /** Milliseconds this attempt may take of what is left of the deadline. */
  readonly limitMs: number;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** No other attempt comes after a timeout of this one. */
  readonly isLast: boolean;
  /** Routers the request has passed before this one. */
  readonly hops: 0 | 1;
}

/** A failed attempt is a value: whether another target is asked is dispatch's decision. */
export interface FailedResult {
  readonly kind: "failed";
  readonly failure: Failure;
}

/** The upstream call of an attempt. A credential is sent to its own origin or not at all. */
export function buildCall(input: AttemptInput, signal: AbortSignal | null): UpstreamCall {
  const { asked, credential, target } = input;
  const dialect = DIALECTS[target.dialect];
  return {
    transport: target.transport,
    url: target.urls[asked.operation],
    headers: input.hops === 0 ? credential.headers : { ...credential.headers, [HOP_HEADER]: "2" },
    body: dialect.encodeUpstream(asked, target),
    signal,
  };
}

export function failed(failureClass: FailureClass, message: string, status = 0): FailedResult {
  return { kind: "failed", failure: { class: failureClass, status, message, param: null, code: null, retryAfterSeconds: null } };
}

/** How long an error body may take: the status alone is enough to go on. */
const ERROR_BODY_MS = 2_000;

/** A response that is not a 200 of the right kind → failure; its body is read within bounds and let go. */
export async function refusal(response: Response, input: AttemptInput, run: Pick<Run, "now" | "sleep">): Promise<FailedResult> {
  const dialect = DIALECTS[input.target.dialect];
  const late = run.sleep(ERROR_BODY_MS).then(() => "");
  const body = response.body === null ? "" : await Promise.race([readErrorBody(response.body), late]);
  const retryAfterSeconds = readRetryAfter((name) => response.headers.get(name), run.now());
  const failure = dialect.classifyError({ status: response.status, body, retryAfterSeconds });
  return { kind: "failed", failure: withoutSecret(failure, input.credential) };
}

/** The content type of a 200 must be the one asked for; a missing one is taken for it. */
export function hasType(response: Response, expected: string): boolean {
  const type = response.headers.get("content-type");
  return type === null || type.startsWith(expected) || type.toLowerCase().trimStart().startsWith(expected);
}

/** An upstream may echo the credential it refused; the caller never sees it. */
export function withoutSecret(failure: Failure, credential: LinkedCredential): Failure {
  const { secret } = credential;
  if (secret === "" || !`${failure.message}${failure.param ?? ""}`.includes(secret)) return failure;
  return {
    ...failure,
    message: failure.message.replaceAll(secret, "[REDACTED]"),
    param: failure.param?.replaceAll(secret, "[REDACTED]") ?? null,
  };
}

async function readErrorBody(body: ReadableStream<Uint8Array>): Promise<string> {
  const read = await readCapped(body, ERROR_BODY_BYTES);
  return read.kind === "read" ? new TextDecoder().decode(read.bytes) : "";
}
