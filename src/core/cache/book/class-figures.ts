import { parseRecord } from "../../json/parse-record.ts";
import { object, whole } from "../../json/read-json.ts";
import type { HitTier, StoredAnswer } from "../stored-answer.ts";

/** What became of the look-ups of one scope class, and what its hits saved. */
export interface ClassFigures {
  readonly exact: number;
  readonly canonical: number;
  readonly semantic: number;
  readonly misses: number;
  readonly savedTokens: number;
  readonly savedMicroUsd: number;
  readonly savedMs: number;
}

export const NO_FIGURES: ClassFigures = {
  exact: 0,
  canonical: 0,
  semantic: 0,
  misses: 0,
  savedTokens: 0,
  savedMicroUsd: 0,
  savedMs: 0,
};

const figures = object<ClassFigures>({
  exact: whole,
  canonical: whole,
  semantic: whole,
  misses: whole,
  savedTokens: whole,
  savedMicroUsd: whole,
  savedMs: whole,
});

export function countHit(before: ClassFigures, tier: HitTier, { costMicroUsd, durationMs, usage }: StoredAnswer): ClassFigures {
  return {
    ...before,
    [tier]: before[tier] + 1,
    savedTokens: before.savedTokens + usage.inputTokens + usage.outputTokens,
    savedMicroUsd: before.savedMicroUsd + (costMicroUsd ?? 0),
    savedMs: before.savedMs + Math.round(durationMs),
  };
}

export function countMiss(before: ClassFigures): ClassFigures {
  return { ...before, misses: before.misses + 1 };
}

/** As they were saved; none where the text is something else. */
export function readFigures(saved: string): ClassFigures {
  return figures(parseRecord(saved)) ?? NO_FIGURES;
}
