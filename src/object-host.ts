import { WORKER } from "./adapters/bindings.ts";
import { readObjectAddress } from "./adapters/durable-object/remote-objects.ts";

export * from "./adapters/durable-object/classes.ts";
export { AnswerStore } from "./adapters/durable-object/semantic-answer-store.ts";

/** The bindings of `adapters/bindings.ts`, and nothing else: the host knows no policy and no secret. */
type HostEnv = Readonly<Record<string, DurableObjectNamespace>>;

/**
 * The Durable Objects alone, for several router processes on one machine: `/<class>/<percent-encoded name>/<path>` is that
 * object's. Browsers are refused: a web page could reach a loopback port too.
 */
export default {
  fetch(request: Request, env: HostEnv): Promise<Response> | Response {
    if (request.headers.has("origin") || request.headers.has("sec-fetch-site")) return new Response(null, { status: 403 });
    if (new URL(request.url).pathname === "/readyz") return Response.json({ status: "ready" });
    const address = readObjectAddress(request.url);
    const binding = WORKER.objects.find(({ className }) => className === address?.className)?.binding ?? "";
    const namespace = env[binding];
    if (address === null || namespace === undefined) return new Response("No such object.", { status: 404 });
    return namespace.getByName(address.name).fetch(new Request(`http://object${address.path}`, request));
  },
};
