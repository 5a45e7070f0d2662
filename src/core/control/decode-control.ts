import { isRecord } from "../json/is-record.ts";
import { type ControlState, type GenerationRef, type Kill, KILL_KINDS, type PolicyHead, type Purged } from "./control-state.ts";

const DIGEST = /^[0-9a-f]{64}$/;

/** The state as the object sent it; null for anything else. */
export function decodeControl(value: unknown): ControlState | null {
  if (!isRecord(value)) return null;
  // An earlier version wrote no purges.
  const { history, kills, newest, purges = [], revision } = value;
  const head = decodeHead(value["head"]);
  if (!isCount(revision) || !isCount(newest) || head === null || !Array.isArray(kills) || !Array.isArray(history)) return null;
  const decodedPurges = Array.isArray(purges) ? purges.map(decodePurged) : [null];
  const decodedKills = kills.map(decodeKill);
  const refs = history.map((entry) => (entry === null ? null : decodeRef(entry)));
  if (!decodedPurges.every((purged) => purged !== null)) return null;
  if (!decodedKills.every((kill) => kill !== null) || refs.some((ref, index) => ref === null && history[index] !== null))
    return null;
  return { revision, head, history: refs, newest, kills: decodedKills, purges: decodedPurges };
}

/** That a tenant was purged, as it was sent; null for anything else. */
export function decodePurged(value: unknown): Purged | null {
  if (!isRecord(value)) return null;
  const { at, tenant } = value;
  return typeof tenant === "string" && tenant.length <= 512 && isCount(at) ? { tenant, at } : null;
}

/** A kill as it was sent; null for anything else. */
export function decodeKill(value: unknown): Kill | null {
  if (!isRecord(value)) return null;
  const { at, id, reason } = value;
  const kind = KILL_KINDS.find((name) => name === value["kind"]);
  if (kind === undefined || typeof id !== "string" || id === "" || id.length > 512) return null;
  if (typeof reason !== "string" || reason.length > 512 || typeof at !== "number" || !Number.isFinite(at)) return null;
  return { kind, id, reason, at };
}

function decodeHead(value: unknown): PolicyHead | null {
  if (!isRecord(value) || typeof value["base"] !== "string") return null;
  const stable = value["stable"] === null ? null : decodeRef(value["stable"]);
  const canary = value["canary"] === null ? null : decodeRef(value["canary"]);
  if ((stable === null) !== (value["stable"] === null) || (canary === null) !== (value["canary"] === null)) return null;
  if (canary === null) return { base: value["base"], stable, canary: null };
  const { by, share } = isRecord(value["canary"]) ? value["canary"] : {};
  if (!isShare(share)) return null;
  return { base: value["base"], stable, canary: { ...canary, share, ...(typeof by === "string" ? { by } : {}) } };
}

function decodeRef(value: unknown): GenerationRef | null {
  if (!isRecord(value)) return null;
  const { digest, epoch, generation } = value;
  if (typeof digest !== "string" || !DIGEST.test(digest) || !isCount(epoch) || !isCount(generation)) return null;
  return { epoch, generation, digest };
}

/** A share of callers, 0 to 1. */
export function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
