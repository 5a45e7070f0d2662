import { FairleadError } from "../core/errors.ts";
import { checkAddress, readHeaders } from "../core/http/canonical-request.ts";
import { type Bindings, createApp } from "./app.ts";
import { renderError } from "./render-error.ts";
import { type PlatformContext, RequestRun } from "./request-run.ts";

const app = createApp();
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** One request: the checks that come before any routing, its `Run`, the route. Never rejects. */
export function handle(request: Request, deps: Bindings["deps"], context: PlatformContext): Promise<Response> | Response {
  const headers = readHeaders(request.headers);
  const run = new RequestRun(request, headers.kind === "ok" ? headers.values : NO_HEADERS, context);
  const address = checkAddress(request.url, deps.policies.current().hosts);
  for (const checked of [address, headers]) {
    if (checked.kind === "refused") return renderError(new FairleadError(checked.code, checked.message), run);
  }
  return app.fetch(request, { deps, run });
}
