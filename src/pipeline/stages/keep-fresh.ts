import type { Deps, Run } from "../deps.ts";

/** What is older is asked for again, beside a request. */
const REFRESH_MS = 3_000;
/** What is older may let pass what was switched off since: every answer waits until it is known. */
const GATE_MS = 8_000;
/** Until then, and while the hub does not answer, it is asked beside one request a second. */
const ASK_EVERY_MS = 1_000;

/**
 * Asks, beside the request, for what has changed elsewhere: what was switched off, which policies are live, who is ill. An
 * idle isolate's timers do not run, so requests are what keeps it up to date; none of them is delayed on its way upstream.
 * The answer waits for what is returned, so that what the next request does is decided by what was learnt; null where what
 * is known is fresh enough to go by, or another request is asking.
 */
export function keepFresh({ control }: Pick<Deps, "control">, run: Run): Promise<void> | null {
  const ageMs = control.ageMs(run.startedAt);
  if (ageMs < REFRESH_MS) return null;
  if (ageMs < GATE_MS && control.askedAgoMs(run.startedAt) < ASK_EVERY_MS) return null;
  if (control.gaveUpAgoMs(run.startedAt) < ASK_EVERY_MS) return null;
  const refreshed = control.refresh(run);
  run.defer(refreshed);
  return refreshed;
}
