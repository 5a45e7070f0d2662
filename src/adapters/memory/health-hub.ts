import { type ControlState, INITIAL_CONTROL } from "../../core/control/control-state.ts";
import { Hub } from "../../core/health/hub.ts";
import { type KeyAnnouncement, newsSince, NOTHING_ANNOUNCED } from "../../core/registry/key-news.ts";
import type { HealthHub } from "../../ports/health-hub.ts";

export interface MemoryHealthHubOptions {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** [0, 1) */
  readonly draw?: () => number;
  /** What administrators decided. Default: nothing yet. */
  readonly control?: () => ControlState;
  /** What the key registry has told. Default: nothing yet. */
  readonly keys?: () => KeyAnnouncement;
}

/** A hub in this process, for those who share it. */
export function createMemoryHealthHub(options: MemoryHealthHubOptions = {}): HealthHub {
  const { control = () => INITIAL_CONTROL, draw = Math.random, keys = () => NOTHING_ANNOUNCED, now = Date.now } = options;
  const hub = new Hub(now());
  return {
    async sync({ keys: knownKeys, report, revision }) {
      if (report !== null) hub.absorb(report, now(), draw());
      const state = control();
      return {
        health: report === null ? null : hub.answer(report.isolateId, now()),
        control: state.revision === revision ? null : state,
        keys: newsSince(keys(), knownKeys),
      };
    },
  };
}
