import type { Behaviour } from "./behaviour.ts";
import { MisuseError, parseBehaviour } from "./behaviour.ts";
import { createDraw } from "./draw.ts";

/** What the next attempt, or the next few, do whatever their model name says. */
export interface ChaosStep {
  /** `ok` or a fault, with options as in a model name: `F17@cut=123`. Of a list, each attempt draws one. */
  readonly behave: string | readonly string[];
  /** Attempts that this step serves; 1 unless told. */
  readonly times?: number;
  /** Seed of the draws from a list; the same seed draws the same order. */
  readonly seed?: number;
}

/** The behaviours that are still to come. */
export interface Script {
  /** Replaces what was left. @throws MisuseError when a step names nothing that the rig can do. */
  load(steps: readonly ChaosStep[]): void;
  /** Null once the script has run out: then the model name decides. */
  next(): Behaviour | null;
}

export function createScript(): Script {
  let pending: Behaviour[] = [];
  return {
    load: (steps) => {
      pending = steps.flatMap(expandStep);
    },
    next: () => pending.shift() ?? null,
  };
}

/** @throws MisuseError when the JSON is not a list of steps. */
export function decodeSteps(json: unknown): readonly ChaosStep[] {
  if (!Array.isArray(json) || !json.every(isStep)) {
    throw new MisuseError('A script is a list of {"behave": "F17@cut=9", "times": 1, "seed": 1}.');
  }
  return json;
}

function isStep(value: unknown): value is ChaosStep {
  if (typeof value !== "object" || value === null || !("behave" in value)) return false;
  const { behave, times, seed }: { behave: unknown; times?: unknown; seed?: unknown } = value;
  const names: readonly unknown[] = Array.isArray(behave) ? behave : [behave];
  return names.every((name) => typeof name === "string") && isOptionalNumber(times) && isOptionalNumber(seed);
}

function isOptionalNumber(value: unknown): boolean {
  return value === undefined || typeof value === "number";
}

function expandStep({ behave, times = 1, seed = 1 }: ChaosStep): Behaviour[] {
  const choices = (typeof behave === "string" ? [behave] : behave).map(parseBehaviour);
  const draw = createDraw(seed);
  return Array.from({ length: times }, () => {
    const chosen = choices[Math.floor(draw() * choices.length)];
    if (chosen === undefined) throw new MisuseError("A step needs at least one behaviour.");
    return chosen;
  });
}
