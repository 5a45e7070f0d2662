import { FairleadError } from "../core/errors.ts";
import { type CheckedAddress, checkAddress, type ReadHeaders, readHeaders } from "../core/http/canonical-request.ts";
import { type Bindings, createApp } from "./app.ts";
import { DEFAULT_DIALECT, dialectOfPath } from "./model-paths.ts";
import { renderError } from "./render-error.ts";
import { type PlatformContext, RequestRun } from "./request-run.ts";

const app = createApp();
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** One request: the checks that come before any routing, its `Run`, the route. Never rejects. */
export function handle(request: Request, deps: Bindings["deps"], context: PlatformContext): Promise<Response> | Response {
  const headers = readHeaders(request.headers);
  const address = checkAddress(request.url, deps.policies.current().hosts);
  const run = new RequestRun(request, factsOf(headers, address), context);
  for (const checked of [address, headers]) {
    if (checked.kind === "refused") return renderError(new FairleadError(checked.code, checked.message), run);
  }
  return app.fetch(request, { deps, run });
}

function factsOf(headers: ReadHeaders, address: CheckedAddress): ConstructorParameters<typeof RequestRun>[1] {
  const values = headers.kind === "ok" ? headers.values : NO_HEADERS;
  if (address.kind === "refused") return { headers: values, path: "", query: "", dialect: DEFAULT_DIALECT };
  return { headers: values, path: address.path, query: address.query, dialect: dialectOfPath(address.path, values) };
}
