/**
 * What isolates and hub tell one another. Plain JSON. Clocks differ, so times are lengths: `forMs` from when the message is
 * read, `agoMs` before it was written. Numbers of ejections and permits only ever grow.
 */

/** Entries that a list of a message may have; beyond it the rest waits or is left out. */
export const MAX_NOTICES = 250;

/** From one isolate. Counts are since its last report, everything else is as it is now: a lost report loses counts alone. */
export interface HubReport {
  readonly isolateId: string;
  /** Counts the isolate's reports from 1: one that comes twice is counted once. */
  readonly seq: number;
  readonly targets: readonly TargetReport[];
  readonly throttles: readonly ThrottleNotice[];
  readonly credentials: readonly CredentialNotice[];
}

export interface TargetReport {
  readonly targetId: string;
  readonly ok: number;
  readonly failed: number;
  readonly consecutiveFailures: number;
  /** Ejected by this isolate's own evidence, which the hub has not answered to yet. */
  readonly tripped: boolean;
  /** The hub's ejection that it keeps to, or has ended while the hub was silent; null for none. */
  readonly held: HeldEjection | null;
  /** Null while the target is in rotation. */
  readonly probe: ProbeNotice | null;
  /** Times to the first token since the last report: bucket and count by turns. */
  readonly ttft: readonly number[];
}

/** An ejection as an isolate keeps to it, and what its attempts since have shown. */
export interface HeldEjection {
  readonly id: number;
  /** 0 once it may be probed. */
  readonly forMs: number;
  readonly round: number;
  readonly okInRow: number;
  readonly probeFailed: boolean;
}

export interface ProbeNotice {
  readonly isWanted: boolean;
  /** The permit that was used last; 0 when none was. */
  readonly usedGrant: number;
  readonly usedAgoMs: number;
}

/** A credential that was asked to pause. */
export interface ThrottleNotice {
  /** Null: at every target, because its quota is used up. */
  readonly targetId: string | null;
  readonly credentialId: string;
  readonly forMs: number;
}

/** A credential that was refused. */
export interface CredentialNotice {
  readonly credentialId: string;
  readonly forMs: number;
  /** Ejections in a row. */
  readonly round: number;
}

/** The hub's word on a refused credential. */
export interface CredentialEjection extends CredentialNotice {
  readonly id: number;
}

/** To one isolate: what all of them have shown. */
export interface HubAnswer {
  /** The isolate's newest report that this takes into account. */
  readonly seq: number;
  readonly ejected: readonly EjectionNotice[];
  /** Targets whose ejection the isolate still keeps to, and that are in rotation again. */
  readonly readmitted: readonly ReadmissionNotice[];
  readonly grants: readonly GrantNotice[];
  readonly throttled: readonly ThrottleNotice[];
  readonly credentials: readonly CredentialEjection[];
  /** Of the targets that the isolate uses. */
  readonly figures: readonly TargetFleetFigures[];
  /** Providers (`namespace/provider`) of whose attempts at least half fail. */
  readonly failing: readonly string[];
}

export interface EjectionNotice {
  readonly targetId: string;
  readonly id: number;
  /** 0 once it may be probed. */
  readonly forMs: number;
  readonly round: number;
}

export interface ReadmissionNotice {
  readonly targetId: string;
  readonly id: number;
}

/** A permit for one probe: not before `afterMs` have passed since this was read, nor `untilMs` after the report was sent. */
export interface GrantNotice {
  readonly targetId: string;
  readonly id: number;
  readonly afterMs: number;
  readonly untilMs: number;
}

/** Time to the first token over all isolates, milliseconds. */
export interface FleetFigures {
  /** Answers that still count: a minute leaves 1/e of them. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface TargetFleetFigures extends FleetFigures {
  readonly targetId: string;
}
