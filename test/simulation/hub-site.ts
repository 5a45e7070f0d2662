import { changeControl, type ControlChange, type ControlState, INITIAL_CONTROL } from "../../src/core/control/control-state.ts";
import { Hub } from "../../src/core/health/hub.ts";
import { newsSince, NOTHING_ANNOUNCED } from "../../src/core/registry/key-news.ts";
import type { HubQuestion, HubReply } from "../../src/ports/health-hub.ts";
import type { LocalClock } from "./local-clock.ts";
import { BUNDLED } from "./policies.ts";
import type { Random } from "./random.ts";
import type { AdminStep } from "./scenario.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What the object does at which isolates meet: health in memory, decisions and documents on disk. */
export class HubSite {
  /** Counts its lives. */
  life = 0;
  state: ControlState = INITIAL_CONTROL;
  hub: Hub;
  /** Published documents by digest, and whether they can be linked. */
  readonly documents = new Map<string, { readonly isBroken: boolean }>();
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #clock: LocalClock;

  constructor(time: VirtualTime, random: Random, clock: LocalClock) {
    this.#time = time;
    this.#random = random;
    this.#clock = clock;
    this.hub = new Hub(this.now);
  }

  get now(): number {
    return this.#clock.at(this.#time.now);
  }

  /** `POST /sync` of the object. */
  sync({ keys, report, revision }: HubQuestion): HubReply {
    const { now } = this;
    if (report !== null) this.hub.absorb(report, now, this.#random.draw());
    return {
      health: report === null ? null : this.hub.answer(report.isolateId, now),
      control: revision === this.state.revision ? null : this.state,
      keys: newsSince(NOTHING_ANNOUNCED, keys),
    };
  }

  /** What it held in memory is gone. */
  restart(): void {
    this.life += 1;
    this.hub = new Hub(this.now);
  }

  /** Returns whether the change was made. */
  change(step: AdminStep): boolean {
    if (step.kind === "start") this.documents.set(step.digest, { isBroken: step.isBroken });
    const changed = changeControl(this.state, toChange(step, this.now));
    if (changed.kind === "changed") this.state = changed.state;
    return changed.kind === "changed";
  }
}

function toChange(step: AdminStep, now: number): ControlChange {
  switch (step.kind) {
    case "kill":
      return { action: "kill", kill: { kind: step.what, id: step.id, reason: "", at: now } };
    case "lift":
      return { action: "lift", kind: step.what, id: step.id };
    case "start":
      return { action: "start", base: BUNDLED.digest, digest: step.digest, share: step.share };
    case "share":
      return { action: "share", base: BUNDLED.digest, share: step.share };
    case "promote":
    case "rollback":
      return { action: step.kind, base: BUNDLED.digest };
  }
}
