import { createServer } from "node:http";
import { createAttemptLog } from "./attempts.ts";
import type { ChaosUpstream } from "./chaos-upstream.ts";
import { CONTROL_PREFIX, serveControl } from "./control.ts";
import { closeNow, holdRefusedPort, HOST, listen } from "./listen.ts";
import { createModelTable } from "./model-table.ts";
import { startRedirectOrigin } from "./redirect-origin.ts";
import { createScript } from "./script.ts";
import { serveAttempt } from "./serve-attempt.ts";

export type { ChaosAttempt } from "./attempts.ts";
export type { AnswerFault } from "./behaviour.ts";
export { ANSWER_FAULTS, FAULTS } from "./behaviour.ts";
export type { ChaosUpstream } from "./chaos-upstream.ts";
export { healthyJsonBytes, healthyStreamBytes } from "./chat-answer.ts";
export { CHAOS_ACCOUNT_ID } from "./faults-before-answer.ts";

/** Longer than any test: the rig must not be the one that closes an idle connection which a client is about to reuse. */
const KEEP_ALIVE_MS = 600_000;

export interface ChaosOptions {
  /** 0 or nothing: any free one. */
  readonly port?: number;
  /** Bounds the faults that only wait; 30. */
  readonly hangSeconds?: number;
  /** False, for long runs: the log keeps attempts without their headers and bodies. */
  readonly keepsContents?: boolean;
  /** The clock of the log and of F29, F30 and F34, in epoch milliseconds; the machine's. */
  readonly now?: () => number;
}

/** Starts the rig on the loopback interface. */
export async function startChaosUpstream(options: ChaosOptions = {}): Promise<ChaosUpstream> {
  const { hangSeconds = 30, keepsContents = true, now = Date.now } = options;
  const log = createAttemptLog({ keepsContents, now });
  const script = createScript();
  const models = createModelTable(now);
  const origin = await startRedirectOrigin();
  const refused = await holdRefusedPort(origin.port);
  const rig = { log, script, models, hangSeconds, redirectUrl: origin.url };

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
    setFault: (model, fault) => models.setFault(model, fault),
    reset: () => {
      log.reset();
      origin.reset();
      script.load([]);
      models.reset();
    },
    close: async () => {
      log.settleAll("reset-by-us");
      refused.release();
      await Promise.all([closeNow(server), origin.close()]);
    },
  };
  return upstream;
}
