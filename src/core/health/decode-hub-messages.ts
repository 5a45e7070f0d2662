import type {
  CredentialEjection,
  CredentialNotice,
  EjectionNotice,
  GrantNotice,
  HeldEjection,
  HubAnswer,
  HubReport,
  ProbeNotice,
  ReadmissionNotice,
  TargetFleetFigures,
  TargetReport,
  ThrottleNotice,
} from "./hub-messages.ts";
import { MAX_NOTICES } from "./hub-messages.ts";
import { BUCKETS } from "./latency-histogram.ts";
import { amount, flag, list, nullable, object, text, whole } from "../json/read-json.ts";

/** Longer than any ejection or wait, shorter than what could be mistaken for a time of day. */
const forMs = amount(3_600_000);
/** Of an ejection or a permit: a time at the hub, or a little later. */
const ordinal = amount(Number.MAX_SAFE_INTEGER);
const latencyMs = amount(1_000_000);
/** The longest that policies can make: namespace, provider, model. */
const id = text(600);

const held = object<HeldEjection>({ id: ordinal, forMs, round: whole, okInRow: whole, probeFailed: flag });
const probe = object<ProbeNotice>({ isWanted: flag, usedGrant: ordinal, usedAgoMs: amount(Number.MAX_SAFE_INTEGER) });
const target = object<TargetReport>({
  targetId: id,
  ok: whole,
  failed: whole,
  consecutiveFailures: whole,
  tripped: flag,
  held: nullable(held),
  probe: nullable(probe),
  ttft: list(whole, 2 * BUCKETS),
});
const throttle = object<ThrottleNotice>({ targetId: nullable(id), credentialId: id, forMs });
const credential = object<CredentialNotice>({ credentialId: id, forMs, round: whole });

const report = object<HubReport>({
  isolateId: text(64),
  seq: whole,
  targets: list(target, MAX_NOTICES),
  throttles: list(throttle, MAX_NOTICES),
  credentials: list(credential, MAX_NOTICES),
});

const answer = object<HubAnswer>({
  seq: whole,
  ejected: list(object<EjectionNotice>({ targetId: id, id: ordinal, forMs, round: whole }), MAX_NOTICES),
  readmitted: list(object<ReadmissionNotice>({ targetId: id, id: ordinal }), MAX_NOTICES),
  grants: list(object<GrantNotice>({ targetId: id, id: ordinal, afterMs: forMs, untilMs: forMs }), MAX_NOTICES),
  throttled: list(throttle, MAX_NOTICES),
  credentials: list(object<CredentialEjection>({ credentialId: id, id: ordinal, forMs, round: whole }), MAX_NOTICES),
  figures: list(
    object<TargetFleetFigures>({
      targetId: id,
      count: amount(Number.MAX_SAFE_INTEGER),
      p50Ms: latencyMs,
      p90Ms: latencyMs,
      p95Ms: latencyMs,
      p99Ms: latencyMs,
    }),
    MAX_NOTICES,
  ),
  failing: list(id, MAX_NOTICES),
});

/** A report as an isolate wrote it; null when it is none, or larger than any isolate writes. Never throws. */
export function decodeHubReport(value: unknown): HubReport | null {
  return report(value) ?? null;
}

/** An answer as the hub wrote it; null when it is none. Never throws. */
export function decodeHubAnswer(value: unknown): HubAnswer | null {
  return answer(value) ?? null;
}
