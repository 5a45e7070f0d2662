import { KILL_KINDS } from "../../control/control-state.ts";
import { DIGEST, EPOCH_MS, FLAG, json, listOf, mapOf, NUMBER, oneOf, orNull, shape, TEXT, WHOLE } from "./answer-schema.ts";

const GENERATION = { epoch: WHOLE, generation: WHOLE, digest: DIGEST };
const STABLE = orNull(shape(GENERATION));
const CANARY = orNull(shape({ ...GENERATION, share: { type: "number", minimum: 0, maximum: 1 } }, { by: TEXT }));
const HEAD = shape({ base: TEXT, stable: STABLE, canary: CANARY });
const KILLS = listOf(shape({ kind: oneOf(KILL_KINDS), id: TEXT, reason: TEXT, at: EPOCH_MS }));

const TARGET = shape({
  standing: oneOf(["ready", "ejected", "probing"]),
  ejectedForMs: NUMBER,
  slowStartFactor: NUMBER,
  consecutiveFailures: WHOLE,
  inFlight: WHOLE,
  limit: NUMBER,
  loadMs: NUMBER,
  tokensPerSecond: orNull(NUMBER),
  ttftP50Ms: orNull(NUMBER),
  ttftP95Ms: orNull(NUMBER),
  fleet: orNull(shape({ count: NUMBER, p50Ms: NUMBER, p90Ms: NUMBER, p95Ms: NUMBER, p99Ms: NUMBER })),
  throttledForMs: mapOf(NUMBER),
});

export const CONTROL_ANSWERS = {
  showHealth: json(
    "Health by `tenant/provider/model`, and of credentials that are not free. Times are milliseconds.",
    shape({
      hubSilentMs: orNull(NUMBER),
      targets: mapOf(TARGET),
      credentials: mapOf(shape({ blockedForMs: NUMBER })),
      alarms: listOf(shape({ kind: TEXT, subject: TEXT, at: EPOCH_MS })),
    }),
  ),
  showRollout: json(
    "What is live: `stable` null is the policy that the router was built with, `canary` what is being tried.",
    shape({ bundled: DIGEST, serving: TEXT, revision: WHOLE, head: HEAD, history: listOf(STABLE) }),
  ),
  changeRollout: json("What is live from now on, everywhere within ten seconds.", shape({ revision: WHOLE, head: HEAD })),
  listKills: json("What is switched off.", shape({ kills: KILLS })),
  changeKills: json(
    "What is switched off from now on. `isKnown`: a live policy has such a thing.",
    shape({ revision: WHOLE, kills: KILLS, isKnown: FLAG }),
  ),
};
