import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort, waitUntilServing } from "../ports.ts";
import { launch } from "../processes.ts";
import { requireDebianTool } from "../tools.ts";
import type { Subject } from "./subject.ts";

/** A reference line: a proxy in C that forwards bytes as they come and decides nothing. */
export const nginx: Subject = {
  name: "nginx",
  about: "`proxy_pass` in one worker process, unbuffered: a reference line, it decides nothing",
  start: async ({ upstream, directory }) => {
    const file = await requireDebianTool("nginx");
    const origin = `http://127.0.0.1:${await findFreePort()}`;
    mkdirSync(join(directory, "temp"));
    const configuration = join(directory, "nginx.conf");
    writeFileSync(
      configuration,
      renderConfiguration({ directory, address: new URL(origin).host, upstream: new URL(upstream.origin).host }),
    );
    const server = await launch({
      name: "nginx",
      file,
      args: ["-p", directory, "-c", configuration, "-e", join(directory, "error.log")],
    });
    await waitUntilServing(origin, server);
    return {
      name: "nginx",
      url: `${origin}/v1/chat/completions`,
      headersFor: () => ({ authorization: "Bearer bench" }),
      pids: [server.pid],
      modelFor: (upstreamModel) => upstreamModel,
      close: () => server.stop(),
    };
  },
};

/** Unbuffered both ways: with buffers it would hold events back and write large bodies to disk. */
function renderConfiguration(names: { readonly directory: string; readonly address: string; readonly upstream: string }): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `  ${kind}_temp_path ${names.directory}/temp/${kind};`,
  );
  return `${process.getuid?.() === 0 ? "user root;\n" : ""}worker_processes 1;
daemon off;
pid ${names.directory}/nginx.pid;
error_log ${names.directory}/error.log;
events { worker_connections 2048; }
http {
  access_log off;
${temporary.join("\n")}
  client_max_body_size 16m;
  keepalive_requests 100000000;
  upstream stub { server ${names.upstream}; keepalive 512; keepalive_requests 100000000; }
  server {
    listen ${names.address};
    location / {
      proxy_pass http://stub;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_request_buffering off;
      proxy_buffering off;
    }
  }
}
`;
}
