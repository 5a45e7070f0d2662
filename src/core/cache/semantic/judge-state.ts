import { parseRecord } from "../../json/parse-record.ts";
import { type CurveState, NEW_CURVE } from "./curve.ts";
import { DecisionModel, type ModelState } from "./decision-model.ts";
import { FEATURES } from "./features.ts";
import { type MonitorState, TRUSTED_MONITOR } from "./hit-monitor.ts";
import { type BoundState, NO_BOUND } from "./kept-bound.ts";
import { LabelNoise, type NoiseCount } from "./label-noise.ts";
import { type ScaleState, SimilarityScale } from "./similarity-scale.ts";

/** All that a judge knows. */
export interface JudgeState {
  readonly version: 1;
  readonly embedder: string;
  readonly scale: ScaleState;
  readonly noise: readonly [NoiseCount, NoiseCount];
  readonly model: ModelState;
  /** Labels learnt, and those that said right. */
  readonly labels: number;
  readonly positives: number;
  readonly kept: BoundState;
  readonly sequence: MonitorState;
  readonly curve: CurveState;
}

/** A saved state of this embedder; a new one where the text is damaged or of another version or embedder. Never throws. */
export function readState(saved: string | null, embedder: string): JudgeState {
  const fresh = newState(embedder);
  const state = saved === null ? null : parseRecord(saved);
  const isOfUse = state !== null && isLike(state, fresh) && state["embedder"] === embedder && state["version"] === fresh.version;
  return isOfUse ? (state as unknown as JudgeState) : fresh; // its shape was just compared
}

function newState(embedder: string): JudgeState {
  return {
    version: 1,
    embedder,
    scale: new SimilarityScale().state,
    noise: new LabelNoise().counts,
    model: new DecisionModel(FEATURES).state,
    labels: 0,
    positives: 0,
    kept: NO_BOUND,
    sequence: TRUSTED_MONITOR,
    curve: NEW_CURVE,
  };
}

/** Same names, lengths and types; where the pattern has null, a number may be too. */
function isLike(value: unknown, pattern: unknown): boolean {
  if (pattern === null) return value === null || Number.isFinite(value);
  if (typeof pattern === "number") return Number.isFinite(value);
  if (typeof pattern !== "object") return typeof value === typeof pattern;
  if (typeof value !== "object" || value === null || Array.isArray(value) !== Array.isArray(pattern)) return false;
  const parts = new Map<string, unknown>(Object.entries(value));
  const wanted = Object.entries(pattern);
  return parts.size === wanted.length && wanted.every(([name, part]) => parts.has(name) && isLike(parts.get(name), part));
}
