import { Hono } from "hono";
import { FairleadError } from "../core/errors.ts";
import type { LinkedPolicy } from "../core/policy/link.ts";
import { handleChat } from "../pipeline/chat.ts";
import type { Deps, Run } from "../pipeline/deps.ts";
import { type AdminDeps, listHealth, listUsage } from "./admin.ts";
import { getModel, listModels } from "./models.ts";
import { renderError } from "./render-error.ts";

/** What one request's handlers get; the address and the headers have been checked. */
export interface Bindings {
  readonly deps: Deps & AdminDeps;
  readonly run: Run;
}

const MODEL_PREFIX = "/v1/models/";
/** The one method of each path, for those who use another. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ["/v1/chat/completions", "POST"],
  ["/v1/embeddings", "POST"],
  ["/v1/models", "GET"],
  ["/healthz", "GET"],
  ["/readyz", "GET"],
  ["/admin/api/usage", "GET"],
  ["/admin/api/health", "GET"],
]);

/** Every path served. Authorisation is decided in the handler of the route that matched, never on a path string. */
export function createApp(): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  app.onError((error, c) => renderError(error, c.env.run));
  app.notFound((c) => {
    const method = c.req.path.startsWith(MODEL_PREFIX) ? "GET" : ALLOWED.get(c.req.path);
    if (method !== undefined)
      throw new FairleadError("method_not_allowed", `This path answers ${method} only.`, { headers: { allow: method } });
    throw new FairleadError(
      "not_found",
      "There is nothing at this path. The API is under /v1, for example POST /v1/chat/completions.",
    );
  });

  app.post("/v1/chat/completions", (c) => handleChat({ request: c.req.raw, operation: "chat" }, c.env.deps, c.env.run));
  app.post("/v1/embeddings", (c) => handleChat({ request: c.req.raw, operation: "embeddings" }, c.env.deps, c.env.run));
  app.get("/v1/models", (c) => listModels(c.env.deps, c.env.run));
  app.get(`${MODEL_PREFIX}*`, (c) => getModel(modelId(c.req.path), c.env.deps, c.env.run));
  app.get("/healthz", () => Response.json({ status: "ok" }));
  app.get("/readyz", (c) => Response.json(readiness(c.env.deps.policies.current())));
  app.get("/admin/api/usage", (c) => listUsage(c.req.url, c.env.deps, c.env.run));
  app.get("/admin/api/health", (c) => listHealth(c.env.deps, c.env.run));
  return app;
}

function modelId(path: string): string {
  return decodeURIComponent(path.slice(MODEL_PREFIX.length));
}

/** Ready means that a policy is loaded; providers without a credential are named, they do not make it unready. */
function readiness(policy: LinkedPolicy): object {
  return { status: "ready", policy: policy.stamp, skipped: policy.skipped };
}
