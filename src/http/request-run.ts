import { readRequestId } from "../core/http/request-id.ts";
import type { DialectName } from "../core/policy/compiled.ts";
import { readClientCertificate } from "./read-client-certificate.ts";
import type { Run } from "../pipeline/deps.ts";
import { Watchdog } from "../pipeline/watchdog.ts";

/** What the platform gives with each request. */
export interface PlatformContext {
  waitUntil(work: Promise<unknown>): void;
}

/** What is known of a request before its run begins. */
interface RequestFacts {
  readonly headers: ReadonlyMap<string, string>;
  readonly path: string;
  readonly query: string;
  readonly dialect: DialectName;
}

/** A request's `Run` on the platform's own clock and randomness. A class, because one is made for every request. */
export class RequestRun implements Run {
  readonly requestId = crypto.randomUUID();
  readonly callerRequestId: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly path: string;
  readonly query: string;
  readonly dialect: DialectName;
  readonly startedAt = Date.now();
  readonly watchdog = new Watchdog();
  readonly #request: Request;
  readonly #context: PlatformContext;

  constructor(request: Request, facts: RequestFacts, context: PlatformContext) {
    const { headers } = facts;
    this.#request = request;
    this.#context = context;
    this.headers = headers;
    this.path = facts.path;
    this.query = facts.query;
    this.dialect = facts.dialect;
    this.callerRequestId = readRequestId(headers) ?? this.requestId;
  }

  get origin(): Run["origin"] {
    const { continent, country } = this.#request.cf ?? {};
    return {
      country: typeof country === "string" ? country : "",
      continent: typeof continent === "string" ? continent : "",
    };
  }

  get clientCertificate(): Run["clientCertificate"] {
    return readClientCertificate(this.#request.cf);
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  now(): number {
    return Date.now();
  }

  draw(): number {
    return Math.random();
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  defer(work: Promise<unknown>): void {
    this.#context.waitUntil(work);
  }
}
