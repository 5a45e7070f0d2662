import { type Agent, request } from "node:http";
import type { RunningRouter } from "../../../src/cli/local-router.ts";
import type { UsageEvent } from "../../../src/ports/usage-sink.ts";

/** An answer as it came over the wire. */
export interface Heard {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** HTTP saw the body's end. */
  readonly whole: boolean;
  /** The caller's patience ended first. */
  readonly hung: boolean;
  readonly tookMs: number;
  /** To the first byte of the body; null where none came. */
  readonly firstByteMs: number | null;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly patienceMs?: number;
  /** Keeps connections; without one each request has its own. */
  readonly agent?: Agent;
}

/** One chat request, on a connection of its own unless an agent is given. Never rejects: a broken answer is `whole: false`, a refused connection status 0. */
export function askRouter(router: Pick<RunningRouter, "url" | "key">, body: object, options: AskOptions = {}): Promise<Heard> {
  const { agent = false, headers = {}, patienceMs = 30_000 } = options;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let hung = false;
    let firstByteMs: number | null = null;
    let head: Pick<Heard, "status" | "headers"> = { status: 0, headers: {} };
    const settle = (whole: boolean): void => {
      clearTimeout(patience);
      const tookMs = performance.now() - startedAt;
      resolve({ ...head, body: Buffer.concat(chunks), whole, hung, tookMs, firstByteMs });
    };
    const text = JSON.stringify(body);
    const call = request(`${router.url}/v1/chat/completions`, {
      method: "POST",
      agent,
      headers: {
        authorization: `Bearer ${router.key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        ...headers,
      },
    });
    const patience = setTimeout(() => {
      hung = true;
      call.destroy();
    }, patienceMs);
    call.once("error", () => settle(false));
    call.once("response", (response) => {
      head = { status: response.statusCode ?? 0, headers: joinHeaders(response.headersDistinct) };
      response.on("data", (chunk: Buffer) => {
        firstByteMs ??= performance.now() - startedAt;
        chunks.push(chunk);
      });
      response.once("error", () => undefined);
      response.once("close", () => settle(response.complete));
    });
    call.end(text);
  });
}

function joinHeaders(headers: NodeJS.Dict<string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(", ")]));
}

/** The newest requests of the default tenant, newest first; at most 1,000 are kept in view. */
export async function readUsage(router: RunningRouter): Promise<readonly UsageEvent[]> {
  const answer = await askAdmin(router, "/admin/api/requests?limit=1000");
  const { events } = answer as { events: readonly UsageEvent[] }; // our own admin API
  return events;
}

interface HealthFigures {
  readonly successes: number;
  readonly failures: number;
  readonly consecutiveFailures: number;
}

/** Every target's figures by `provider/model`. */
export async function readHealth(router: RunningRouter): Promise<Readonly<Record<string, HealthFigures>>> {
  const answer = await askAdmin(router, "/admin/api/health");
  const { targets } = answer as { targets: Readonly<Record<string, HealthFigures>> }; // our own admin API
  return targets;
}

export async function askAdmin(router: RunningRouter, path: string): Promise<unknown> {
  const response = await fetch(router.url + path, { headers: { authorization: `Bearer ${router.adminKey}` } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  return response.json();
}
