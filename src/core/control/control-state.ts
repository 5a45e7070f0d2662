/** A compiled policy by its content, and its place in the order of generations. */
export interface GenerationRef {
  readonly epoch: number;
  readonly generation: number;
  /** SHA-256 of its content, in hex. */
  readonly digest: string;
}

/** Which policies are live. */
export interface PolicyHead {
  /** Digest of the policy that the Worker was built with when this was decided: another build starts from its own again. */
  readonly base: string;
  /** Null: the one the Worker was built with. */
  readonly stable: GenerationRef | null;
  readonly canary: (GenerationRef & { readonly share: number }) | null;
}

export const KILL_KINDS = ["target", "model", "credential", "caller"] as const;
export type KillKind = (typeof KILL_KINDS)[number];

/** Something that was switched off. */
export interface Kill {
  readonly kind: KillKind;
  /** `tenant/provider/model`, `tenant/virtual model`, `tenant/provider#credential`, `tenant/consumer` or the id of a key; whole. */
  readonly id: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What an administrator decided, the same for every isolate. */
export interface ControlState {
  /** Grows with every change; an isolate never goes back. */
  readonly revision: number;
  readonly head: PolicyHead;
  /** Earlier stable generations, newest first, to which one can return. */
  readonly history: readonly (GenerationRef | null)[];
  /** The number of the newest generation ever published. */
  readonly newest: number;
  readonly kills: readonly Kill[];
}

export type ControlChange =
  | { readonly action: "start"; readonly base: string; readonly digest: string; readonly share: number }
  | { readonly action: "share"; readonly base: string; readonly share: number }
  | { readonly action: "promote"; readonly base: string }
  | { readonly action: "rollback"; readonly base: string }
  | { readonly action: "kill"; readonly kill: Kill }
  | { readonly action: "lift"; readonly kind: KillKind; readonly id: string };

export type Changed =
  | { readonly kind: "changed"; readonly state: ControlState }
  | { readonly kind: "refused"; readonly message: string };

export const INITIAL_CONTROL: ControlState = {
  revision: 0,
  head: { base: "", stable: null, canary: null },
  history: [],
  newest: 1,
  kills: [],
};

const MOST_HISTORY = 10;
const MOST_KILLS = 1_000;
/** Generations published while a router runs come after those it was built with. */
const EPOCH = 1;

/** The state after a change, or why it cannot be made. */
export function changeControl(state: ControlState, change: ControlChange): Changed {
  const isOthers = "base" in change && change.action !== "start" && state.head.base !== "" && change.base !== state.head.base;
  if (isOthers) return refused("The rollout belongs to another build of the router.");
  switch (change.action) {
    case "start":
      return start(state, change);
    case "share":
      return withCanary(state, (canary) => ({ ...state.head, canary: { ...canary, share: change.share } }));
    case "promote":
      return promote(state);
    case "rollback":
      return rollback(state);
    case "kill":
      return kill(state, change.kill);
    case "lift":
      return lift(state, change);
  }
}

/** A new canary. What another build has decided no longer counts. */
function start(state: ControlState, { base, digest, share }: Extract<ControlChange, { action: "start" }>): Changed {
  const isSameBuild = state.head.base === base;
  if (isSameBuild && state.head.canary !== null) return refused("A rollout is under way: promote it or roll it back first.");
  const stable = isSameBuild ? state.head.stable : null;
  if (stable?.digest === digest || (stable === null && digest === base)) return refused("This policy is live already.");
  const generation = state.newest + 1;
  const canary = { epoch: EPOCH, generation, digest, share };
  return changed(state, { head: { base, stable, canary }, history: isSameBuild ? state.history : [], newest: generation });
}

function promote(state: ControlState): Changed {
  return withCanary(state, ({ digest, epoch, generation }) => ({
    ...state.head,
    stable: { epoch, generation, digest },
    canary: null,
  }));
}

/** Drops the canary; without one, goes back to the generation before, as a generation of its own. */
function rollback(state: ControlState): Changed {
  const { head, history, newest } = state;
  if (head.canary !== null) return changed(state, { head: { ...head, canary: null } });
  const [previous, ...older] = history;
  if (previous === undefined) return refused("There is no earlier generation to go back to.");
  const stable = previous === null ? null : { ...previous, generation: newest + 1 };
  return changed(state, { head: { ...head, stable }, history: older, newest: newest + 1 });
}

function withCanary(state: ControlState, next: (canary: NonNullable<PolicyHead["canary"]>) => PolicyHead): Changed {
  const { canary, stable } = state.head;
  if (canary === null) return refused("No rollout is under way.");
  const head = next(canary);
  const history = head.stable === stable ? state.history : [stable, ...state.history].slice(0, MOST_HISTORY);
  return changed(state, { head, history });
}

function kill(state: ControlState, entry: Kill): Changed {
  const others = state.kills.filter(({ id, kind }) => kind !== entry.kind || id !== entry.id);
  if (others.length >= MOST_KILLS) return refused(`At most ${MOST_KILLS} things can be switched off at once.`);
  return changed(state, { kills: [...others, entry] });
}

function lift(state: ControlState, { id, kind }: { readonly kind: KillKind; readonly id: string }): Changed {
  const kills = state.kills.filter((entry) => entry.kind !== kind || entry.id !== id);
  return kills.length === state.kills.length ? refused(`The ${kind} '${id}' is not switched off.`) : changed(state, { kills });
}

function changed(state: ControlState, parts: Partial<ControlState>): Changed {
  return { kind: "changed", state: { ...state, ...parts, revision: state.revision + 1 } };
}

function refused(message: string): Changed {
  return { kind: "refused", message };
}
