import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workerdPath } from "../../src/cli/workerd-path.ts";
import { findFreePort, waitUntilServing } from "../ports.ts";
import { launch } from "../processes.ts";
import { BASELINE } from "./subject.ts";
import type { Subject } from "./subject.ts";

/** The least a Worker can do with a request, and so the limit for any router on this runtime: constant URL, plain headers, both bodies untouched. */
export const bare: Subject = {
  name: BASELINE,
  about: "a pass-through Worker on plain `workerd serve`: the limit for a router on this runtime",
  start: async ({ upstream, directory }) => {
    const origin = `http://127.0.0.1:${await findFreePort()}`;
    writeFileSync(join(directory, "worker.js"), renderWorker(`${upstream.origin}/v1/chat/completions`));
    const configuration = join(directory, "workerd.capnp");
    writeFileSync(configuration, renderConfiguration(new URL(origin).host));
    const server = await launch({ name: "workerd", file: workerdPath(), args: ["serve", configuration] });
    await waitUntilServing(origin, server);
    return {
      name: BASELINE,
      url: `${origin}/v1/chat/completions`,
      headersFor: () => ({ authorization: "Bearer bench" }),
      pids: [server.pid],
      modelFor: (upstreamModel) => upstreamModel,
      close: () => server.stop(),
    };
  },
};

function renderWorker(upstreamURL: string): string {
  return `export default {
  fetch(request) {
    return fetch("${upstreamURL}", {
      method: request.method,
      headers: { "content-type": "application/json", authorization: "Bearer upstream" },
      body: request.body,
    });
  },
};
`;
}

function renderConfiguration(address: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .bare),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [ (name = "http", address = "${address}", http = (), service = "main") ],
);
const bare :Workerd.Worker = (
  modules = [ (name = "worker.js", esModule = embed "worker.js") ],
  compatibilityDate = "2026-11-01",
);
`;
}
