import { type AcceptedKey, createAcceptedKey } from "./accepted-key.ts";
import { type Behaviour, parseBehaviour } from "./behaviour.ts";
import { type Capacity, createCapacity } from "./capacity.ts";
import { createDraw } from "./draw.ts";

/** What all requests for one model share. */
export interface ModelState {
  /** Epoch milliseconds: the first request, or the last switch of a fault. */
  readonly sinceMs: number;
  readonly draw: () => number;
  readonly capacity: Capacity;
  readonly acceptedKey: AcceptedKey;
}

/** Models by the name that answers: without options. */
export interface ModelTable {
  /** From now on, whatever the name says; null: what the name says. Its state begins anew. @throws MisuseError */
  setFault(model: string, fault: string | null): void;
  faultOf(model: string): Behaviour | null;
  stateOf(model: string): ModelState;
  reset(): void;
}

const SEED = 1;

/** `now` gives epoch milliseconds. */
export function createModelTable(now: () => number): ModelTable {
  const faults = new Map<string, Behaviour>();
  const states = new Map<string, ModelState>();
  const begin = (model: string): ModelState => {
    const state = { sinceMs: now(), draw: createDraw(SEED), capacity: createCapacity(), acceptedKey: createAcceptedKey() };
    states.set(model, state);
    return state;
  };
  return {
    setFault: (model, fault) => {
      if (fault === null) faults.delete(model);
      else faults.set(model, parseBehaviour(fault));
      begin(model);
    },
    faultOf: (model) => faults.get(model) ?? null,
    stateOf: (model) => states.get(model) ?? begin(model),
    reset: () => {
      faults.clear();
      states.clear();
    },
  };
}
