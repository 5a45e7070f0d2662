import { createServer } from "node:http";
import { createAttemptLog } from "./attempts.ts";
import type { ChaosUpstream } from "./chaos-upstream.ts";
import { CONTROL_PREFIX, serveControl } from "./control.ts";
import { closeNow, holdRefusedPort, HOST, listen } from "./listen.ts";
import { startRedirectOrigin } from "./redirect-origin.ts";
import { createScript } from "./script.ts";
import { serveAttempt } from "./serve-attempt.ts";

export type { ChaosAttempt } from "./attempts.ts";
export type { Fault } from "./behaviour.ts";
export { FAULTS } from "./behaviour.ts";
export type { ChaosUpstream } from "./chaos-upstream.ts";
export { healthyJsonBytes, healthyStreamBytes } from "./chat-answer.ts";
export { CHAOS_ACCOUNT_ID } from "./faults-before-answer.ts";

/** Longer than any test: the rig must not be the one that closes an idle connection which a client is about to reuse. */
const KEEP_ALIVE_MS = 600_000;

/** Starts the rig on the loopback interface; port 0 takes any free one. `hangSeconds` bounds the faults that only wait (30). */
export async function startChaosUpstream(
  options: { readonly port?: number; readonly hangSeconds?: number } = {},
): Promise<ChaosUpstream> {
  const log = createAttemptLog();
  const script = createScript();
  const origin = await startRedirectOrigin();
  const refused = await holdRefusedPort(origin.port);
  const rig = { log, script, hangSeconds: options.hangSeconds ?? 30, redirectUrl: origin.url };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: 0, requestTimeout: 0, noDelay: true });
  server.on("request", (request, response) => {
    void (request.url?.startsWith(CONTROL_PREFIX)
      ? serveControl(request, response, upstream)
      : serveAttempt(request, response, rig));
  });
  const port = await listen(server, options.port ?? 0);

  const upstream: ChaosUpstream = {
    url: `http://${HOST}:${port}/v1`,
    port,
    refusedUrl: `http://${HOST}:${refused.port}/v1`,
    attempts: () => log.list(),
    redirectHits: () => origin.hits(),
    live: () => log.live(),
    script: (steps) => script.load(steps),
    reset: () => {
      log.reset();
      origin.reset();
      script.load([]);
    },
    close: async () => {
      log.settleAll("reset-by-us");
      refused.release();
      await Promise.all([closeNow(server), origin.close()]);
    },
  };
  return upstream;
}
