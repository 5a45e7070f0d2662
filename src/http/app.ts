import { Hono } from "hono/tiny";
import { FairleadError } from "../core/errors.ts";
import type { LinkedPolicy } from "../core/policy/linked.ts";
import { handleChat } from "../pipeline/chat.ts";
import type { Deps, Run } from "../pipeline/deps.ts";
import type { AdminDeps } from "./admin/admin-deps.ts";
import { serveAdmin } from "./admin/serve-admin.ts";
import { giveFeedback } from "./feedback.ts";
import { ADDRESSED_PATHS, methodBelowPrefix, MODEL_PATHS, MODEL_PREFIXES } from "./model-paths.ts";
import { getModel, listModels } from "./models.ts";
import { renderError } from "./render-error.ts";

/** What one request's handlers get; the address and the headers have been checked. */
export interface Bindings {
  readonly deps: Deps & AdminDeps;
  readonly run: Run;
}

const FEEDBACK_PATH = "/v1/cache/feedback";

/** The methods of each path, for those who use another; the admin API has a table of its own. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ...[...MODEL_PATHS.keys()].map((path) => [path, "POST"] as const),
  ...MODEL_PREFIXES.map((prefix) => [prefix.slice(0, -1), "GET"] as const),
  [FEEDBACK_PATH, "POST"],
  ["/healthz", "GET"],
  ["/readyz", "GET"],
]);

/** Every path served. Authorisation is decided in the handler of the route that matched, never on a path string. */
export function createApp(): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  app.onError((error, c) => renderError(error, c.env.run));
  app.notFound((c) => {
    const method = ALLOWED.get(c.req.path) ?? methodBelowPrefix(c.req.path);
    if (method !== null)
      throw new FairleadError("method_not_allowed", `This path answers ${method} only.`, { headers: { allow: method } });
    throw new FairleadError(
      "not_found",
      "There is nothing at this path. The API is under /v1, for example POST /v1/chat/completions; Gemini's is under /v1beta.",
    );
  });

  for (const [path, called] of MODEL_PATHS) {
    app.post(path, (c) => {
      const address = { model: null, stream: false, query: c.env.run.query };
      return handleChat({ request: c.req.raw, address, ...called }, c.env.deps, c.env.run);
    });
  }
  for (const { addressed, dialect } of ADDRESSED_PATHS) {
    for (const prefix of addressed.prefixes) {
      app.post(`${prefix}*`, (c) => {
        const called = addressed.read(decodeURIComponent(c.req.path.slice(prefix.length)), c.env.run.query);
        return called === null ? c.notFound() : handleChat({ request: c.req.raw, dialect, ...called }, c.env.deps, c.env.run);
      });
    }
  }
  for (const prefix of MODEL_PREFIXES) {
    app.get(prefix.slice(0, -1), (c) => listModels(c.env.deps, c.env.run));
    app.get(`${prefix}*`, (c) => getModel(decodeURIComponent(c.req.path.slice(prefix.length)), c.env.deps, c.env.run));
  }
  app.post(FEEDBACK_PATH, (c) => giveFeedback(c.req.raw, c.env.deps, c.env.run));
  app.get("/healthz", () => Response.json({ status: "ok" }));
  app.get("/readyz", (c) => Response.json(readiness(c.env.deps.policies.current())));
  app.all("/admin/api/*", (c) => serveAdmin(c.req.raw, c.env.deps, c.env.run));
  return app;
}

/** Ready means that a policy is loaded; providers without a credential are named, they do not make it unready. */
function readiness(policy: LinkedPolicy): object {
  return { status: "ready", policy: policy.stamp, skipped: policy.skipped };
}
