import type { Embedder } from "../../core/cache/embedder.ts";
import type { SemanticSettings } from "../../core/cache/semantic/settings.ts";
import { createSeededDraw } from "../decision/seeded-draw.ts";
import { loadScanKernel } from "../scan-kernel.ts";
import type { AnswerRow } from "./answer-row.ts";
import { type Arrival, buildStream, streamOf } from "./build-stream.ts";
import { embedTexts } from "./embed-texts.ts";
import { Neighbours } from "./neighbours.ts";
import { runStream, type StreamRun, type Tally } from "./run-stream.ts";
import { bestOf, StaticRun, sweepThresholds } from "./static-threshold.ts";

/** What is evaluated, and how often. */
export interface Evaluation {
  readonly rows: readonly AnswerRow[];
  readonly embedder: Embedder;
  /** Null: the rows in the file's own order. */
  readonly traffic: {
    readonly arrivals: number;
    readonly outOfScope: number;
    readonly exponent: number;
    readonly drift: number;
  } | null;
  readonly settings: Omit<SemanticSettings, "maxFalseHitRate">;
  readonly bounds: readonly number[];
  readonly labelNoise: number;
  readonly seeds: readonly number[];
  /** Where vectors are kept. */
  readonly directory: string;
  readonly progress: (done: number, all: number) => void;
}

/** One stream under one bound. */
export interface Evaluated {
  readonly seed: number;
  readonly bound: number;
  readonly arrivals: number;
  readonly outOfScope: number;
  readonly run: StreamRun;
  /** Fixed thresholds over the same arrivals: those of vendors, and the best in hindsight with the same share of wrong answers. */
  readonly fixed: Tally;
  readonly best: Tally;
  /** The same, counted from when the cache gave its first answer. */
  readonly bestSince: Tally;
}

/** What vendors ship. */
const FIXED = 0.8;

/** Builds a stream for each seed, embeds each text once, and lets it come to an empty cache under each bound. */
export async function evaluate(evaluation: Evaluation): Promise<readonly Evaluated[]> {
  const streams = evaluation.seeds.map((seed) => ({ seed, stream: streamFor(evaluation, seed) }));
  const texts = [...new Set(streams.flatMap(({ stream }) => stream.map(({ text }) => text)))];
  const vectors = await embedTexts(texts, evaluation);
  const byText = new Map(texts.map((text, at) => [text, vectors[at] ?? new Float32Array()]));
  const kernel = loadScanKernel();
  return streams.flatMap(({ seed, stream }) => {
    const neighbours = new Neighbours(
      stream.map(({ text }) => byText.get(text) ?? new Float32Array()),
      kernel,
    );
    return evaluation.bounds.map((bound) => evaluateOne({ stream, neighbours, seed, bound }, evaluation));
  });
}

function streamFor({ rows, traffic }: Evaluation, seed: number): readonly Arrival[] {
  return traffic === null ? streamOf(rows) : buildStream(rows, { ...traffic, draw: createSeededDraw(`stream ${seed}`) });
}

interface One {
  readonly stream: readonly Arrival[];
  readonly neighbours: Neighbours;
  readonly seed: number;
  readonly bound: number;
}

function evaluateOne({ bound, neighbours, seed, stream }: One, { labelNoise, settings }: Evaluation): Evaluated {
  const run = runStream(stream, neighbours, {
    settings: { ...settings, maxFalseHitRate: bound },
    labelNoise,
    draw: createSeededDraw(`run ${seed}`),
  });
  const options = { stream, neighbours, decided: run.decided };
  const sweep = sweepThresholds(options);
  const share = shareOf(run.semantic);
  return {
    seed,
    bound,
    arrivals: stream.length,
    outOfScope: stream.filter(({ isAlone }) => isAlone).length,
    run,
    fixed: new StaticRun(FIXED, options).since(0),
    best: bestOf(sweep, share, 0),
    bestSince: bestOf(sweep, share, run.warmUp.decided),
  };
}

/** Of the answers given, those that were wrong; 0 where none was given. */
export function shareOf({ hits, wrong }: Tally): number {
  return hits === 0 ? 0 : wrong / hits;
}
