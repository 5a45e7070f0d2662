/** A compiled policy by its content, and its place in the order of generations. */
export interface GenerationRef {
  readonly epoch: number;
  readonly generation: number;
  /** SHA-256 of its content, in hex. */
  readonly digest: string;
}

/** A generation that a share of callers tries. */
export interface Canary extends GenerationRef {
  /** Of callers, 0 to 1. */
  readonly share: number;
  /** Who began it; unknown of those that began before this was kept. */
  readonly by?: string;
}

/** What somebody agrees to: the policy that is being tried, by its digest. */
export interface Approval {
  readonly digest: string;
  /** Who, where it must not be the one who began it; else null. */
  readonly by: string | null;
}

/** Which policies are live. */
export interface PolicyHead {
  /** Digest of the policy that the Worker was built with when this was decided: another build starts from its own again. */
  readonly base: string;
  /** Null: the one the Worker was built with. */
  readonly stable: GenerationRef | null;
  readonly canary: Canary | null;
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

/** A tenant whose answers from before are not given any more, of whatever kind they were. */
export interface Purged {
  /** Empty: every tenant's. */
  readonly tenant: string;
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
  /** For what isolates remember; stores of answers know of each purge themselves. */
  readonly purges: readonly Purged[];
}

export type ControlChange =
  | { readonly action: "start"; readonly base: string; readonly digest: string; readonly share: number; readonly by?: string }
  | { readonly action: "share"; readonly base: string; readonly share: number; readonly approval?: Approval }
  | { readonly action: "promote"; readonly base: string; readonly approval?: Approval }
  | { readonly action: "rollback"; readonly base: string }
  | { readonly action: "kill"; readonly kill: Kill }
  | { readonly action: "lift"; readonly kind: KillKind; readonly id: string }
  | { readonly action: "purge"; readonly purged: Purged };

export type Changed =
  | { readonly kind: "changed"; readonly state: ControlState }
  /** `forbidden`: not by this person; else the state does not allow it now. */
  | { readonly kind: "refused"; readonly reason: "conflict" | "forbidden"; readonly message: string };

export const INITIAL_CONTROL: ControlState = {
  revision: 0,
  head: { base: "", stable: null, canary: null },
  history: [],
  newest: 1,
  kills: [],
  purges: [],
};

const MOST_HISTORY = 10;
const MOST_KILLS = 1_000;
/** Where there would be more, one for every tenant takes their place. */
const MOST_PURGES = 1_000;
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
      return withCanary(state, change.approval, (canary) => ({ ...state.head, canary: { ...canary, share: change.share } }));
    case "promote":
      return promote(state, change.approval);
    case "rollback":
      return rollback(state);
    case "kill":
      return kill(state, change.kill);
    case "lift":
      return lift(state, change);
    case "purge":
      return purge(state, change.purged);
  }
}

/** A new canary. What another build has decided no longer counts. */
function start(state: ControlState, change: Extract<ControlChange, { action: "start" }>): Changed {
  const { base, by, digest, share } = change;
  const isSameBuild = state.head.base === base;
  if (isSameBuild && state.head.canary !== null) return refused("A rollout is under way: promote it or roll it back first.");
  const stable = isSameBuild ? state.head.stable : null;
  if (stable?.digest === digest || (stable === null && digest === base)) return refused("This policy is live already.");
  const generation = state.newest + 1;
  const canary = { epoch: EPOCH, generation, digest, share, ...(by === undefined ? {} : { by }) };
  return changed(state, { head: { base, stable, canary }, history: isSameBuild ? state.history : [], newest: generation });
}

function promote(state: ControlState, approval: Approval | undefined): Changed {
  return withCanary(state, approval, ({ digest, epoch, generation }) => ({
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

function withCanary(
  state: ControlState,
  approval: Approval | undefined,
  next: (canary: NonNullable<PolicyHead["canary"]>) => PolicyHead,
): Changed {
  const { canary, stable } = state.head;
  if (canary === null) return refused("No rollout is under way.");
  if (approval !== undefined && approval.digest !== canary.digest) {
    return refused(`Another policy is being tried by now: ${canary.digest}.`);
  }
  if (approval !== undefined && approval.by !== null && approval.by === canary.by) {
    return {
      ...refused(`It takes two: ${canary.by} began this rollout, somebody else has to go on with it.`),
      reason: "forbidden",
    };
  }
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

/** Never back: of two purges of a tenant the later one stays. */
function purge({ purges, ...state }: ControlState, purged: Purged): Changed {
  const known = purges.find(({ tenant }) => tenant === purged.tenant);
  const all = [...purges.filter((other) => other !== known), { ...purged, at: Math.max(purged.at, known?.at ?? 0) }];
  const latest = Math.max(...all.map(({ at }) => at));
  return changed({ ...state, purges }, { purges: all.length > MOST_PURGES ? [{ tenant: "", at: latest }] : all });
}

function changed(state: ControlState, parts: Partial<ControlState>): Changed {
  return { kind: "changed", state: { ...state, ...parts, revision: state.revision + 1 } };
}

function refused(message: string): Extract<Changed, { kind: "refused" }> {
  return { kind: "refused", reason: "conflict", message };
}
