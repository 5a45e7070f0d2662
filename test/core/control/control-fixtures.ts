import {
  changeControl,
  type ControlChange,
  type ControlState,
  INITIAL_CONTROL,
} from "../../../src/core/control/control-state.ts";

export const digestOf = (character: string): string => character.repeat(64);
/** The policy that the Worker was built with. */
export const BASE = digestOf("b");

export const start = (character: string, share = 0.1, base = BASE): ControlChange => ({
  action: "start",
  base,
  digest: digestOf(character),
  share,
});

/** The state after every one of these changes; fails where one is refused. */
export function after(...changes: readonly ControlChange[]): ControlState {
  return changes.reduce((state, change) => {
    const changed = changeControl(state, change);
    if (changed.kind === "refused") throw new Error(changed.message);
    return changed.state;
  }, INITIAL_CONTROL);
}
