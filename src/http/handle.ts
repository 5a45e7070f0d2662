import { FairleadError } from "../core/errors.ts";
import { checkAddress, checkHeaders } from "../core/http/canonical-request.ts";
import { type Bindings, createApp } from "./app.ts";
import { renderError } from "./render-error.ts";
import { type PlatformContext, RequestRun } from "./request-run.ts";

const app = createApp();

/** One request: its `Run`, the checks that come before any routing, the route. Never rejects. */
export function handle(request: Request, deps: Bindings["deps"], context: PlatformContext): Promise<Response> | Response {
  const run = new RequestRun(request, context);
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
