import type { Failure, FailureClass } from "../../core/failure.ts";
import { HOP_HEADER } from "../../core/policy/link-target.ts";
import type { LinkedCredential, LinkedTarget } from "../../core/policy/linked.ts";
import type { CompiledTimeouts } from "../../core/policy/compiled.ts";
import { readRetryAfter } from "../../core/routing/retry-after.ts";
import type { Transaction } from "../../core/identity/transaction.ts";
import type { Loss } from "../../dialects/dialect.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import { readCapped } from "../read-capped.ts";
import type { Watchdog } from "../watchdog.ts";
import type { Prepared } from "./prepare.ts";

/** An error body is read up to here; what explains an error is never longer. */
const ERROR_BODY_BYTES = 64 * 1024;

/** What is sent: the caller's dialect or another. */
export type Sent = Exclude<Prepared, { readonly kind: "estimated" }>;

/** One exchange with one target. */
export interface AttemptInput {
  readonly asking: Asking;
  readonly sent: Sent;
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
  /** Ends the exchange from outside; null where nobody outside may. */
  readonly controller: AbortController | null;
  readonly watchdog: Watchdog;
  /** What comes is put together beside what is passed on, to be kept. */
  readonly isKept: boolean;
  /** What the caller acts within. */
  readonly transaction: Transaction | undefined;
}

/** What a successful attempt always says. */
export interface Answered {
  /** What the target could not be told. */
  readonly losses: readonly Loss[];
}

/** A failed attempt is a value: whether another target is asked is dispatch's decision. */
export interface FailedResult {
  readonly kind: "failed";
  readonly failure: Failure;
}

type SendDeps = Pick<Deps, "upstream" | "authoriser">;

/**
 * Sends the attempt; a credential is sent to its own origin or not at all. One that must be computed for each call is
 * computed here. Resolves with the response, its body unread; rejects when none came.
 */
export function send(input: AttemptInput, signal: AbortSignal | null, deps: SendDeps): Promise<Response | FailedResult> {
  const { credential, hops, sent, target, transaction } = input;
  const { body, url } = sent;
  if (!url.startsWith(credential.origin) || url[credential.origin.length] !== "/")
    throw new Error(`A credential of ${credential.origin} is sent nowhere else.`);
  let { headers } = credential;
  if (hops !== 0) headers = { ...headers, [HOP_HEADER]: "2" };
  // It goes where its own trust domain is, as it came, and nowhere else.
  if (transaction !== undefined && transaction.trustDomain === target.trustDomain)
    headers = { ...headers, "txn-token": transaction.token };
  if (sent.headers !== null) headers = { ...headers, ...sent.headers };
  if (credential.signing !== null) return sendSigned({ input, headers, signal }, deps);
  return deps.upstream.send({ transport: target.transport, url, headers, body, signal });
}

interface SignedCall {
  readonly input: AttemptInput;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | null;
}

async function sendSigned({ headers, input, signal }: SignedCall, deps: SendDeps): Promise<Response | FailedResult> {
  const { credential, sent, target } = input;
  const { signing, secret } = credential;
  if (signing === null) throw new Error("Only a credential that is computed comes here.");
  const { body, url } = sent;
  const authorised = await deps.authoriser.authorise({ url, body, headers }, { ...signing, secret });
  if (authorised.kind !== "ok") return failed(authorised.kind === "refused" ? "auth" : "connection", authorised.message);
  return deps.upstream.send({ transport: target.transport, url, headers: authorised.headers, body, signal });
}

export function failed(failureClass: FailureClass, message: string, status = 0): FailedResult {
  return { kind: "failed", failure: { class: failureClass, status, message, param: null, code: null, retryAfterSeconds: null } };
}

/** How long an error body may take: the status alone is enough to go on. */
const ERROR_BODY_MS = 2_000;

/** A response that is not a 200 of the right kind → failure; its body is read within bounds and let go. */
export async function refusal(response: Response, input: AttemptInput, run: Pick<Run, "now" | "sleep">): Promise<FailedResult> {
  const late = run.sleep(ERROR_BODY_MS).then(() => "");
  const body = response.body === null ? "" : await Promise.race([readErrorBody(response.body), late]);
  const retryAfterSeconds = readRetryAfter((name) => response.headers.get(name), response.status, run.now());
  const errorType = response.headers.get("x-amzn-errortype");
  const failure = input.sent.backend.classifyError({ status: response.status, body, retryAfterSeconds, errorType });
  return { kind: "failed", failure: withoutSecret(failure, input.credential) };
}

/** The content type of a 200 must be the one asked for; a missing one is taken for it. */
export function hasType(response: Response, expected: string): boolean {
  const type = response.headers.get("content-type");
  return type === null || type.startsWith(expected) || type.toLowerCase().trimStart().startsWith(expected);
}

/** An upstream may echo the credential it refused; the caller never sees it. */
export function withoutSecret(failure: Failure, { secret }: Pick<LinkedCredential, "secret">): Failure {
  if (secret === "") return failure;
  const redact = (text: string): string => text.replaceAll(secret, "[REDACTED]");
  const { code, message, param } = failure;
  return {
    ...failure,
    message: redact(message),
    param: param === null ? null : redact(param),
    code: code === null ? null : redact(code),
  };
}

async function readErrorBody(body: ReadableStream<Uint8Array>): Promise<string> {
  const read = await readCapped(body, ERROR_BODY_BYTES);
  return read.kind === "read" ? new TextDecoder().decode(read.bytes) : "";
}
