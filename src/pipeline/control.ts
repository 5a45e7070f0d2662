import { type ControlState, INITIAL_CONTROL, type Kill } from "../core/control/control-state.ts";
import { toKillSets } from "../core/control/kill-sets.ts";
import type { LivePolicies, LoadGeneration } from "../core/control/live-policies.ts";
import { type Kills, NO_KILLS } from "../core/routing/target-view.ts";
import type { IsolateHealth } from "../core/health/isolate-health.ts";
import type { ControlPlane } from "../ports/control-plane.ts";
import type { HealthHub } from "../ports/health-hub.ts";
import type { LiveKeys } from "./identity/live-keys.ts";
import type { Run } from "./deps.ts";
import { Patience } from "./patience.ts";

interface ControlOptions {
  readonly hub: HealthHub;
  readonly plane: Pick<ControlPlane, "document">;
  readonly health: IsolateHealth;
  readonly policies: LivePolicies;
  readonly keys: Pick<LiveKeys, "epoch" | "follow">;
  /** Turns a published document into tables; null where it is not what its digest says. */
  readonly link: (document: string, ref: Parameters<LoadGeneration>[0]) => ReturnType<LoadGeneration>;
}

/**
 * What this isolate knows of what all must know within seconds: what was switched off, which keys changed, which policies are
 * live, how targets do elsewhere. One call to the hub reports what was seen here and learns the rest; without it everything stays as it was.
 */
export class Control {
  readonly #options: ControlOptions;
  #kills: Kills = NO_KILLS;
  #revision = -1;
  /** Whose kills and purges are followed: at once, also while a generation named with them cannot be loaded. */
  #heard: Pick<ControlState, "revision" | "kills" | "purges"> = INITIAL_CONTROL;
  #purgedAt: ReadonlyMap<string, number> = new Map();
  #answeredAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  readonly #patience = new Patience();

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** What was switched off: the same object until that changes. */
  kills(): Kills {
    return this.#kills;
  }

  /** When answers of a tenant were purged last, as far as this isolate has heard; epoch milliseconds, 0: never. */
  purgedAt(tenant: string): number {
    return Math.max(this.#purgedAt.get(tenant) ?? 0, this.#purgedAt.get("") ?? 0);
  }

  /** Milliseconds since the last answer; infinite before the first. */
  ageMs(now: number): number {
    return now - this.#answeredAt;
  }

  /** Milliseconds since the hub was asked last; infinite before the first time. */
  askedAgoMs(now: number): number {
    return now - this.#askedAt;
  }

  /** Milliseconds since the hub was last waited for in vain; infinite when it was heard since. */
  gaveUpAgoMs(now: number): number {
    return this.#patience.gaveUpAgoMs(now);
  }

  /** Reports and learns. Resolves when that is done or was given up; never rejects. */
  async refresh(run: Pick<Run, "now" | "sleep">): Promise<void> {
    const startedAt = run.now();
    this.#askedAt = startedAt;
    const asked = this.#ask(run).then(
      () => true,
      () => false,
    );
    if ((await this.#patience.within(asked, run)) !== true) this.#patience.giveUp(run.now());
  }

  async #ask(run: Pick<Run, "now">): Promise<void> {
    const { health, hub, keys } = this.#options;
    const startedAt = run.now();
    const answer = await hub.sync({ report: health.report(startedAt), revision: this.#revision, keys: keys.epoch });
    const now = run.now();
    this.#patience.note(now - startedAt, now);
    if (answer.health !== null) health.accept(answer.health, now);
    if (answer.keys !== null) keys.follow(answer.keys);
    if (answer.control !== null) await this.#follow(answer.control);
    this.#answeredAt = Math.max(this.#answeredAt, startedAt);
  }

  /** Never back: of two answers that cross, the later state stays. */
  async #follow(state: ControlState): Promise<void> {
    if (state.revision <= this.#revision) return;
    const { link, plane, policies } = this.#options;
    if (state.revision > this.#heard.revision) {
      if (!isSame(state.kills, this.#heard.kills)) this.#kills = toKillSets(state.kills);
      this.#purgedAt = new Map(state.purges.map(({ at, tenant }) => [tenant, at]));
      this.#heard = state;
    }
    const load: LoadGeneration = async (ref) => {
      const document = await plane.document(ref.digest).catch(() => null);
      return document === null ? null : link(document, ref);
    };
    // What cannot be loaded now is asked for again with the next answer.
    if (await policies.follow(state.head, load, () => state.revision > this.#revision)) this.#revision = state.revision;
  }
}

/** Whether the same things are switched off. */
function isSame(kills: readonly Kill[], others: readonly Kill[]): boolean {
  const known = new Set(others.map(({ id, kind }) => `${kind} ${id}`));
  return kills.length === others.length && kills.every(({ id, kind }) => known.has(`${kind} ${id}`));
}
