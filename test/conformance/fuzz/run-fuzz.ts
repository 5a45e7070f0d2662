import { findEnvelopeFault } from "../error-envelope.ts";
import { sendRaw, type RawResponse } from "../raw-client.ts";
import { encodeRequest, FAMILIES, type Family, type FuzzRequest } from "./fuzz-request.ts";
import { generateMalformed } from "./generate.ts";
import { PLATFORM_ANSWERS } from "./platform-answers.ts";

export interface FuzzOptions {
  /** Base URL of the router, without a path. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly count: number;
  readonly seed: number;
  /** How many requests have reached the upstream so far. */
  readonly upstreamAttempts: () => Promise<number>;
  /** Strings that may appear in no response: the key, the pepper, provider keys. */
  readonly secrets: readonly string[];
  /** Longest time for one answer in milliseconds; for `prove` only, a loaded machine is no failure. */
  readonly limitMs?: number;
}

interface FuzzFailure {
  /** Position in the run: the same seed and count give the same request there. */
  readonly index: number;
  readonly family: Family;
  readonly title: string;
  readonly reason: string;
  readonly response: string;
}

export interface FuzzReport {
  readonly seed: number;
  readonly sent: Readonly<Record<Family, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly failures: readonly FuzzFailure[];
}

const HANG_MS = 5_000;

/** Sends `count` malformed requests one after another, each over its own connection, and judges every answer. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { url, key, model, count, seed } = options;
  console.log(
    `fuzz: seed ${seed}, ${count} requests; ${PLATFORM_ANSWERS.length} classes that workerd answers itself are left out`,
  );
  const sent: Record<Family, number> = { field: 0, type: 0, structure: 0, encoding: 0, head: 0, auth: 0 };
  const byStatus: Record<string, number> = {};
  const failures: FuzzFailure[] = [];
  let slowestMs = 0;
  let index = 0;
  let attempts = await options.upstreamAttempts();
  for (const request of generateMalformed(seed, count, { host: new URL(url).host, key, model })) {
    const response = await sendRaw(url, encodeRequest(request), { timeoutMs: HANG_MS });
    const now = await options.upstreamAttempts();
    const reason = judge({ request, response, reached: now - attempts }, options);
    if (reason !== null)
      failures.push({ index, family: request.family, title: request.title, reason, response: response.wire.slice(0, 600) });
    attempts = now;
    slowestMs = Math.max(slowestMs, response.elapsedMs);
    sent[request.family]++;
    byStatus[response.status] = (byStatus[response.status] ?? 0) + 1;
    index++;
  }
  return { seed, sent, byStatus, slowestMs, failures };
}

/** One line a family, one block a failure, and how to run it again. */
export function describeFuzz(report: FuzzReport): string {
  const totals = FAMILIES.map((family) => `${family} ${report.sent[family]}`).join(", ");
  const statuses = Object.entries(report.byStatus)
    .map(([status, count]) => `${status} × ${count}`)
    .join(", ");
  const blocks = report.failures
    .slice(0, 20)
    .map(
      (failure) =>
        `#${failure.index} ${failure.family}: ${failure.title}\n  ${failure.reason}\n  ${JSON.stringify(failure.response)}`,
    );
  return [
    `seed ${report.seed}: ${totals}; ${statuses}; slowest ${report.slowestMs.toFixed(0)} ms; ${report.failures.length} failures`,
    ...blocks,
  ].join("\n");
}

interface Exchange {
  readonly request: FuzzRequest;
  readonly response: RawResponse;
  readonly reached: number;
}

type Check = (exchange: Exchange, options: FuzzOptions) => string | null;

const CHECKS: readonly Check[] = [
  ({ response }) => (response.ended === "answered" ? null : `no whole response: ${response.ended}`),
  ({ response }) => ((response.status >= 200 && response.status < 300) || is4xx(response) ? null : `status ${response.status}`),
  ({ request, response }) =>
    request.expect === "4xx" && !is4xx(response) ? `status ${response.status} where only 4xx is right` : null,
  ({ response }) => (is4xx(response) ? findEnvelopeFault(response) : null),
  ({ request, response, reached }) =>
    reached > 0 && is4xx(response) && !isUpstreamVerdict(request, response)
      ? `a ${response.status} cost ${reached} upstream calls`
      : null,
  ({ response }, { secrets }) =>
    secrets.some((secret) => response.wire.includes(secret)) ? "a secret is in the response" : null,
  ({ response }, { limitMs }) =>
    limitMs !== undefined && response.elapsedMs > limitMs ? `took ${response.elapsedMs.toFixed(0)} ms` : null,
];

function judge(exchange: Exchange, options: FuzzOptions): string | null {
  for (const check of CHECKS) {
    const reason = check(exchange, options);
    if (reason !== null) return reason;
  }
  return null;
}

function is4xx({ status }: RawResponse): boolean {
  return status >= 400 && status < 500;
}

/** What is legal for us may be refused by the provider; then its call was due. */
function isUpstreamVerdict(request: FuzzRequest, { body }: RawResponse): boolean {
  return request.expect === "2xx-or-4xx" && body.includes('"upstream_invalid_request"');
}
