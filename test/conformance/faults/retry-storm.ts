import { askRouter } from "./ask-router.ts";
import { mapConcurrently, rigAt, startLab } from "./lab.ts";
import { gateway, unwatchedProvider, route } from "./policy-objects.ts";

const MODEL = "x-storm";
/** The built-in retry budget: no policy field sets it here. */
const PERCENT = 10;
const FLOOR_PER_SECOND = 1;
/** The budget looks at ten seconds, counted in whole ones, so the floor of that many more may be spent. */
const WINDOW_SECONDS = 11;
const WIDTH = 64;

export interface RetryStormFigures {
  readonly firstAttempts: number;
  readonly attempts: number;
  /** 1.10 × first attempts, and one a second over the run and the budget's own window. */
  readonly allowedAttempts: number;
  readonly mostPerRequest: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Refusals without `x-should-retry: false`: the caller's SDK would multiply our attempts. */
  readonly retryInvited: number;
}

/** Every upstream fails, under the default retry budget: `perSecond` requests for `seconds`. */
export async function runRetryStorm({
  seconds,
  perSecond,
}: {
  readonly seconds: number;
  readonly perSecond: number;
}): Promise<RetryStormFigures> {
  const lab = await startLab({
    rigCount: 2,
    objects: (rigs) => [
      gateway(rigs.map(({ url }) => url)),
      unwatchedProvider("one", rigAt(rigs, 0).url),
      unwatchedProvider("two", rigAt(rigs, 1).url),
      // F10 by name: both answer 503.
      route(MODEL, { targets: ["one/one-F10", "two/two-F10"], failover: { maxAttempts: 3 } }),
    ],
  });
  try {
    const startedAt = Date.now();
    const firstAttempts = seconds * perSecond;
    const answers = await mapConcurrently(Array.from({ length: firstAttempts }), WIDTH, async (_, index) => {
      const dueIn = startedAt + (index * 1_000) / perSecond - Date.now();
      if (dueIn > 0) await new Promise((done) => setTimeout(done, dueIn));
      return askRouter(lab.router, { model: MODEL, messages: [{ role: "user", content: `Request ${index}.` }] });
    });
    const tookSeconds = (Date.now() - startedAt) / 1_000;
    const statuses: Record<string, number> = {};
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
    return {
      firstAttempts,
      attempts: lab.countAttempts(),
      allowedAttempts: firstAttempts * (1 + PERCENT / 100) + FLOOR_PER_SECOND * (tookSeconds + WINDOW_SECONDS),
      mostPerRequest: Math.max(...answers.map(({ headers }) => Number(headers["x-fairlead-attempts"]))),
      statuses,
      retryInvited: answers.filter(({ headers }) => headers["x-should-retry"] !== "false").length,
    };
  } finally {
    await lab.close();
  }
}
