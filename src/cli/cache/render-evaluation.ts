import { wilsonInterval } from "../../core/cache/semantic/binomial.ts";
import type { CurvePoint } from "../../core/cache/semantic/curve.ts";
import { count, renderTable } from "../usage/render-usage.ts";
import { type Evaluated, shareOf } from "./evaluate.ts";
import type { Tally } from "./run-stream.ts";

const HEADINGS = [
  "bound",
  "seed",
  "decided",
  "hits",
  "wrong",
  "false-hit rate (95 %)",
  "static, as wrong",
  "of those since first hit",
  "static at 0.80",
  "canonical",
  "same but spelling",
  "before first hit",
  "withheld",
  "checks",
  "trips",
];

/** The table, and the curve of the last bound's streams, for people. */
export function renderEvaluation(all: readonly Evaluated[]): string {
  const lines = all.map((one) => rowOf(one));
  const curves = [...new Set(all.map(({ seed }) => seed))].map(
    (seed) => all.findLast((one) => one.seed === seed)?.run.curve ?? [],
  );
  return [
    renderTable([HEADINGS, ...lines], 2),
    "",
    CURVE_TITLE,
    renderTable([CURVE_HEADINGS, ...curveOf(curves)], 0),
    "",
    LEGEND,
  ].join("\n");
}

const CURVE_TITLE = "What other bounds would have given, of the answers that were learnt from:";
const CURVE_HEADINGS = ["bound", "hits of requests", "false-hit rate"];
const LEGEND = `decided: requests that neither exact nor canonical key nor the same question but for its spelling answered; all that follows is of them.
hits, wrong: answers given by the semantic tier, and how many of them were another question's.
static, as wrong: hits of the fixed threshold that, chosen in hindsight, has at most the same false-hit rate, over the same requests.
before first hit, withheld: requests that went upstream before it, and how many of those would have been answered but for the certificate.
checks: upstream calls behind answers given.`;

function rowOf({ best, bestSince, bound, fixed, run, seed }: Evaluated): readonly string[] {
  const { high, low } = wilsonInterval(run.semantic.wrong, run.semantic.hits);
  const interval = run.semantic.hits === 0 ? "-" : `${percent(shareOf(run.semantic))} (${percent(low)}–${percent(high)})`;
  return [
    percent(bound),
    String(seed),
    count(run.decided.length),
    `${count(run.semantic.hits)} (${percent(run.semantic.hits / Math.max(1, run.decided.length))})`,
    count(run.semantic.wrong),
    interval,
    count(best.hits),
    count(bestSince.hits),
    `${count(fixed.hits)}, ${percent(shareOf(fixed))} wrong`,
    tally(run.canonical),
    tally(run.sequence),
    count(run.warmUp.decided),
    count(run.warmUp.withheld),
    count(run.checks),
    count(run.trips),
  ];
}

/** Means over the streams. */
function curveOf(curves: readonly (readonly CurvePoint[])[]): readonly (readonly string[])[] {
  const [first = []] = curves;
  return first.map(({ maxFalseHitRate }, at) => {
    const points = curves.flatMap((curve) => curve[at] ?? []);
    const rates = points.flatMap(({ falseHitRate }) => falseHitRate ?? []);
    return [
      percent(maxFalseHitRate),
      percent(mean(points.map(({ hitRate }) => hitRate))),
      rates.length === 0 ? "-" : percent(mean(rates)),
    ];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function tally({ hits, wrong }: Tally): string {
  return `${count(hits)}, ${count(wrong)} wrong`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)}%`;
}
