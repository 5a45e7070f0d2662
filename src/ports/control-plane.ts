import type { Changed, ControlChange, ControlState } from "../core/control/control-state.ts";

/** Where administrators' decisions are kept. Every method rejects, and never guesses, when the store cannot be reached. */
export interface ControlPlane {
  read(): Promise<ControlState>;
  /** Atomic: of two that exclude each other one is refused. */
  change(change: ControlChange): Promise<Changed>;
  /** Keeps a compiled policy's document under its digest, so that a rollout can name it. */
  publish(digest: string, document: string): Promise<void>;
  /** A published document; null when there is none. */
  document(digest: string): Promise<string | null>;
}
