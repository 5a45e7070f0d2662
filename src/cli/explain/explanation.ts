import type { FailureClass } from "../../core/failure.ts";
import type { TraceStep } from "../../core/routing/trace.ts";
import type { Ending } from "../decision/ending.ts";

/** Everything that decides one request, as data. */
export interface Explanation {
  readonly request: RequestSummary;
  /** What was assumed, in words. */
  readonly notes: readonly string[];
  /** Every rule considered, and the variant. */
  readonly rules: readonly TraceStep[];
  /** Null where no rule decided. */
  readonly plan: RoutePlan | null;
  /** What the caller gets when no target answers, or at once where none can be asked or the router answers itself. */
  readonly ending: Ending;
}

export interface RequestSummary {
  readonly tenant: string;
  readonly caller: string;
  readonly key: string;
  readonly roles: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Null where the body cannot be read. */
  readonly model: string | null;
  readonly operation: string;
  readonly path: string;
  readonly stream: boolean;
  readonly tokens: number;
  /** What it holds beside text. */
  readonly holds: readonly string[];
  readonly region: string | null;
  readonly zone: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** What a route makes of the request. */
export interface RoutePlan {
  readonly route: string;
  /** Groups that stand for another virtual model, and whether that was switched off. */
  readonly standIns: readonly { readonly group: string; readonly model: string; readonly isOff: boolean }[];
  /** Rules of those models, then groups and targets, in the order of asking. */
  readonly order: readonly TraceStep[];
  /** Targets of the rule that none of its requests ever reaches. */
  readonly neverAsked: readonly { readonly target: string; readonly why: string }[];
  /** Who is asked first over many draws, null: nobody, the router counts tokens itself; empty where the draw changes nothing. */
  readonly firstAsked: readonly { readonly target: string | null; readonly share: number }[];
  readonly limits: {
    readonly ttftMs: number;
    readonly idleMs: number;
    readonly totalMs: number;
    readonly maxAttempts: number;
    /** The caller's own deadline, where it is the shorter one. */
    readonly askedTotalMs: number | null;
  };
  /** In words; null where the route hedges not at all. */
  readonly hedge: string | null;
  readonly attempts: readonly AttemptPlan[];
  /** Where there is no attempt: those that cannot be asked this. */
  readonly unfit: readonly PassedOver[];
  /** What happens beside the answer, in words. */
  readonly beside: readonly string[];
}

/** One attempt: who, when, how long, and what follows its failure. */
export interface AttemptPlan {
  readonly target: string;
  /** Null where the target has one only. */
  readonly credential: string | null;
  readonly delayMs: number;
  /** Until when the first content of a stream, or the whole of a JSON answer, must be there. */
  readonly dueMs: number;
  /** On the way to it. */
  readonly unfit: readonly PassedOver[];
  readonly outcomes: readonly FailureOutcome[];
}

/** A target (`provider/model`) that would have been next and cannot be asked this. */
export interface PassedOver {
  readonly target: string;
  readonly why: string;
}

/** What follows a failure of these classes. */
export interface FailureOutcome {
  readonly on: readonly FailureClass[];
  readonly next:
    | {
        readonly kind: "asks";
        readonly target: string;
        readonly credential: string | null;
        readonly delayMs: number;
        /** Whether it is the next attempt of this list. */
        readonly isFollowed: boolean;
      }
    /** What the caller gets, which may differ by class. `unfit`: who was left and cannot be asked this. */
    | { readonly kind: "ends"; readonly why: string; readonly unfit: readonly PassedOver[]; readonly endings: readonly Ending[] };
}
