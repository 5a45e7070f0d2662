import { Attempt, type Settle } from "./attempt.ts";
import { BoundedMap } from "../bounded-map.ts";
import type { Priority } from "./concurrency-limit.ts";
import { CredentialHealth } from "./credential-health.ts";
import { type HealthSnapshot, takeSnapshot } from "./health-snapshot.ts";
import { HubExchange } from "./hub-exchange.ts";
import type { HubAnswer, HubReport } from "./hub-messages.ts";
import type { Standing } from "./rotation.ts";
import { createSettle } from "./settle-attempt.ts";
import { type TargetFigures, TargetHealth } from "./target-health.ts";

const MAX_TARGETS = 1_000;
const MAX_CREDENTIALS = 1_000;

/**
 * What one isolate knows of the targets (`namespace/provider/model`) and credentials (`namespace/provider#name`) it uses, by
 * its own attempts and by what the hub says. Everything here is in memory and costs the same however many there are. `now`
 * is epoch milliseconds, `draw` in [0, 1).
 */
export class IsolateHealth {
  readonly #targets = new BoundedMap(
    MAX_TARGETS,
    (id) => new TargetHealth(id),
    (_, target) => this.#hub.forgetTarget(target),
  );
  readonly #credentials = new BoundedMap(MAX_CREDENTIALS, (id) => new CredentialHealth(id));
  readonly #hub: HubExchange;
  readonly #settle: Settle;
  /** Read in place of targets that were never used. */
  readonly #unused = new TargetHealth("");

  /** `isolateId` is unique among isolates, at most 64 characters. */
  constructor(isolateId: string, now: number) {
    this.#hub = new HubExchange(isolateId, { targets: this.#targets, credentials: this.#credentials }, now);
    this.#settle = createSettle(this.#hub);
  }

  /** Whether it may be asked; `probing` only after `tryProbe`. */
  standing(targetId: string, now: number): Standing {
    return this.#targets.get(targetId)?.breaker.rotation.standing(now) ?? "ready";
  }

  /** What routing weighs. Good for this request: read it anew for the next. */
  figures(targetId: string): TargetFigures {
    return this.#targets.get(targetId) ?? this.#unused;
  }

  /** Epoch milliseconds until which the credential should not be sent to the target; 0 when it is free. */
  throttledUntil(targetId: string, credentialId: string, now: number): number {
    const pair = this.#targets.get(targetId)?.throttles.get(credentialId)?.until ?? 0;
    const until = Math.max(pair, this.#credentials.get(credentialId)?.blockedUntil ?? 0);
    return until > now ? until : 0;
  }

  /** Whether the credential is out of use because it was refused. */
  isRefused(credentialId: string, now: number): boolean {
    return (this.#credentials.get(credentialId)?.notice(now) ?? null) !== null;
  }

  /** Whether there is room for another attempt; batch traffic may use seven tenths of it. */
  hasRoom(targetId: string, priority: Priority): boolean {
    const { concurrency, inFlight } = this.#targets.get(targetId) ?? this.#unused;
    return concurrency.hasRoom(inFlight, priority);
  }

  /** Takes the permit to send one probe to a target that is `probing`; the attempt must begin at once. */
  tryProbe(targetId: string, now: number, draw: number): boolean {
    const target = this.#targets.get(targetId);
    if (target?.breaker.rotation.standing(now) !== "probing") return false;
    if (target.permits.tryTake({ now, draw }, this.#hub.link.isLive(now))) return true;
    this.#hub.noteTarget(target);
    if (target.permits.takeAsking()) this.#hub.link.hurry();
    return false;
  }

  begin(targetId: string, credentialId: string, now: number): Attempt {
    const target = this.#targets.use(targetId);
    const credential = this.#credentials.use(credentialId);
    return new Attempt({ target, credential }, now, this.#settle);
  }

  /** What the hub should be told: at once after news, else every two seconds; null when nothing is due. */
  report(now: number): HubReport | null {
    return this.#hub.report(now);
  }

  /** Takes in the hub's answer to a report. An answer that is older than one heard already says nothing. */
  accept(answer: HubAnswer, now: number): void {
    this.#hub.accept(answer, now);
  }

  /** Whether at least half of all isolates' attempts at the target's provider fail; false while the hub is silent. */
  isFailing(targetId: string, now: number): boolean {
    return this.#hub.isFailing(targetId, now);
  }

  snapshot(now: number): HealthSnapshot {
    const hubSilentMs = this.#hub.link.silentMs(now);
    return takeSnapshot({ targets: this.#targets.values(), credentials: this.#credentials.values(), hubSilentMs }, now);
  }
}
