import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { flattenHeaders } from "./attempts.ts";
import { closeNow, HOST, listen } from "./listen.ts";

/** A request that followed F14's redirect; its headers show which credentials went along. */
export interface RedirectHit {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The second origin, where nobody should ever arrive. */
export interface RedirectOrigin {
  readonly port: number;
  /** Where F14 points unless told otherwise. */
  readonly url: string;
  hits(): readonly RedirectHit[];
  reset(): void;
  close(): Promise<void>;
}

export async function startRedirectOrigin(): Promise<RedirectOrigin> {
  let hits: RedirectHit[] = [];
  // No header timeout: the refused port is held by a connection that never says anything.
  const server = createServer({ headersTimeout: 0, requestTimeout: 0 }, (request, response) => {
    // A client that leaves half-way has shown its headers all the same.
    const read = text(request).catch(() => "");
    void read.then((body) => {
      hits.push({ method: request.method ?? "", path: request.url ?? "", headers: flattenHeaders(request), body });
      response.end("{}");
    });
  });
  const port = await listen(server, 0);
  return {
    port,
    url: `http://${HOST}:${port}/v1/chat/completions`,
    hits: () => [...hits],
    reset: () => {
      hits = [];
    },
    close: () => closeNow(server),
  };
}
