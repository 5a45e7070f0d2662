import { BoundedMap } from "../bounded-map.ts";
import { type CredentialEjection, type CredentialNotice, MAX_NOTICES, type ThrottleNotice } from "./hub-messages.ts";

const MAX_THROTTLES = 1_000;
const MAX_CREDENTIALS = 1_000;
/** Shorter pauses are over before others could hear of them. */
const WORTH_TELLING_MS = 1_000;

interface Pause {
  targetId: string | null;
  credentialId: string;
  until: number;
}

interface Refusal {
  id: number;
  until: number;
  round: number;
}

/** Credentials that pause at a target or were refused, for all isolates to know. Never a word against a target. */
export class HubThrottles {
  readonly #pauses = new BoundedMap<Pause>(MAX_THROTTLES, () => ({ targetId: null, credentialId: "", until: 0 }));
  readonly #refusals = new BoundedMap<Refusal>(MAX_CREDENTIALS, () => ({ id: 0, until: 0, round: 0 }));

  pause({ credentialId, forMs, targetId }: ThrottleNotice, now: number): void {
    if (forMs < WORTH_TELLING_MS) return;
    const pause = this.#pauses.use(`${targetId ?? ""}#${credentialId}`);
    pause.targetId = targetId;
    pause.credentialId = credentialId;
    pause.until = Math.max(pause.until, now + forMs);
  }

  refuse({ credentialId, forMs, round }: CredentialNotice, now: number): void {
    const refusal = this.#refusals.use(credentialId);
    // Refusals in the time of an ejection are part of it.
    if (now >= refusal.until) refusal.id = Math.max(refusal.id + 1, now);
    refusal.until = Math.max(refusal.until, now + forMs);
    refusal.round = round;
  }

  pauses(now: number): readonly ThrottleNotice[] {
    const notices: ThrottleNotice[] = [];
    for (const [key, { credentialId, targetId, until }] of this.#pauses.entries()) {
      if (until <= now) this.#pauses.delete(key);
      else if (notices.length < MAX_NOTICES) notices.push({ targetId, credentialId, forMs: until - now });
    }
    return notices;
  }

  refusals(now: number): readonly CredentialEjection[] {
    const ejections: CredentialEjection[] = [];
    for (const [credentialId, { id, round, until }] of this.#refusals.entries()) {
      if (until > now && ejections.length < MAX_NOTICES) ejections.push({ credentialId, id, round, forMs: until - now });
    }
    return ejections;
  }
}
