import { FairleadError } from "../core/errors.ts";
import { checkAddress, checkHeaders } from "../core/http/canonical-request.ts";
import { readRequestId } from "../core/http/request-id.ts";
import type { Run } from "../pipeline/deps.ts";
import { type Bindings, createApp } from "./app.ts";
import { renderError } from "./render-error.ts";

const app = createApp();

/** What the platform gives with each request. */
export interface PlatformContext {
  waitUntil(work: Promise<unknown>): void;
}

/** One request: its `Run`, the checks that come before any routing, the route. Never rejects. */
export function handle(request: Request, deps: Bindings["deps"], context: PlatformContext): Promise<Response> | Response {
  const run = createRun(request, context);
  try {
    refuseHostileAddress(request, deps.policies.current().hosts);
  } catch (error) {
    return renderError(error, run);
  }
  return app.fetch(request, { deps, run });
}

function refuseHostileAddress(request: Request, hosts: ReadonlySet<string>): void {
  const address = checkAddress(request.url, hosts);
  if (address.kind === "refused") throw new FairleadError(address.code, address.message);
  const headers = checkHeaders(request.headers);
  if (headers.kind === "refused") throw new FairleadError(headers.code, headers.message);
}

function createRun(request: Request, context: PlatformContext): Run {
  const requestId = crypto.randomUUID();
  return {
    requestId,
    callerRequestId: readRequestId(request.headers) ?? requestId,
    startedAt: Date.now(),
    now: Date.now,
    draw: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    get signal() {
      return request.signal;
    },
    defer: (work) => context.waitUntil(work),
  };
}
