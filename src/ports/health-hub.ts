import type { ControlState } from "../core/control/control-state.ts";
import type { HubAnswer, HubReport } from "../core/health/hub-messages.ts";
import type { KeyNews } from "../core/registry/key-news.ts";

/** What an isolate saw, and what it knows of administrators' decisions and of keys. */
export interface HubQuestion {
  /** Null when there is nothing new to tell. */
  readonly report: HubReport | null;
  /** Of the control state it follows; -1 before the first. */
  readonly revision: number;
  /** Epoch of the keys that it follows; -1 before the first. */
  readonly keys: number;
}

export interface HubReply {
  /** Null when nothing was reported. */
  readonly health: HubAnswer | null;
  /** Null when the isolate follows the newest. */
  readonly control: ControlState | null;
  /** Null when no key that was given out has changed. */
  readonly keys: KeyNews | null;
}

/** Where isolates meet. Rejects when it cannot be reached; a report that comes twice counts once. */
export interface HealthHub {
  sync(question: HubQuestion): Promise<HubReply>;
}
