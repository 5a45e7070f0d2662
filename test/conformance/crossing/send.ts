import { request } from "node:http";
import type { RunningRouter } from "../../../src/cli/local-router.ts";
import type { Ask, Caller, HeardAnswer } from "./callers/caller.ts";

/** An answer as it came over the wire. */
export interface Sent {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** HTTP saw the body's end. */
  readonly isWhole: boolean;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  /** Sent as it is; nothing where there is none. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 30_000;

/** One request on a connection of its own, with exactly the headers given. Never rejects: a broken answer is not whole, none has status 0. */
export function sendTo({ url }: Pick<RunningRouter, "url">, { body, headers = {}, method = "POST", path }: Call): Promise<Sent> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let head: Pick<Sent, "status" | "headers"> = { status: 0, headers: {} };
    const settle = (isWhole: boolean): void => {
      clearTimeout(patience);
      resolve({ ...head, text: Buffer.concat(chunks).toString(), isWhole });
    };
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const call = request(url + path, { method, agent: false, headers: { ...length, ...headers } });
    const patience = setTimeout(() => call.destroy(), PATIENCE_MS);
    call.once("error", () => settle(false));
    call.once("response", (response) => {
      const entries = Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]);
      head = { status: response.statusCode ?? 0, headers: Object.fromEntries(entries) as Sent["headers"] }; // pairs of texts
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", () => undefined);
      response.once("close", () => settle(response.complete));
    });
    call.end(body);
  });
}

/** Asks as the caller does. */
export function ask(router: RunningRouter, caller: Caller, asked: Ask): Promise<Sent> {
  return sendTo(router, {
    path: caller.path(asked.model, asked.stream === true),
    body: JSON.stringify(caller.body(asked)),
    headers: { authorization: `Bearer ${router.key}`, "content-type": "application/json", ...asked.headers },
  });
}

/** An answer that is expected to be one, whole and made whole. */
export interface Heard extends HeardAnswer {
  readonly sent: Sent;
  /** In the surface's own form. */
  readonly answer: unknown;
}

/** Asks, and reads what was said. @throws Error for anything but a whole 200 */
export async function hear(router: RunningRouter, caller: Caller, asked: Ask): Promise<Heard> {
  const sent = await ask(router, caller, asked);
  if (sent.status !== 200 || !sent.isWhole) throw new Error(`${caller.name}: ${sent.status} ${sent.text.slice(0, 500)}`);
  const answer = asked.stream === true ? caller.fold(sent.text) : (JSON.parse(sent.text) as unknown);
  return { ...caller.read(answer), sent, answer };
}
