import type { Finding } from "./static-checks.ts";
import type { Outcome } from "./run-drill.ts";

/** One path of one rule, over all classes and both ways of answering. */
export interface PathReport {
  readonly route: string;
  readonly path: string;
  /** Failure classes; of one that fails only streams, or only whole answers, it says so. */
  readonly on: readonly string[];
  readonly why: string;
}

export interface DrillReport {
  readonly rules: number;
  readonly paths: number;
  readonly held: number;
  readonly failed: readonly PathReport[];
  readonly warnings: readonly PathReport[];
  /** Failure classes that rules list and nothing can bring about before an answer begins. */
  readonly notDrilled: readonly string[];
  readonly seconds: number;
}

interface Reported {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
  readonly notDrilled: readonly string[];
  readonly rules: number;
  readonly seconds: number;
}

/** Outcomes and findings, with those that fail alike put together. */
export function reportOf({ findings, notDrilled, outcomes, rules, seconds }: Reported): DrillReport {
  const failing = findings.filter(({ severity }) => severity === "fails");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const broken = outcomes.filter(({ why }) => why !== null);
  return {
    rules,
    paths: outcomes.length + failing.length,
    held: outcomes.length - broken.length,
    failed: [...merge(broken), ...failing.map(toReport)],
    warnings: [...new Map(warnings.map((each) => [JSON.stringify(each), toReport(each)])).values()],
    notDrilled,
    seconds,
  };
}

function toReport({ path, route, why }: Finding): PathReport {
  return { route, path, on: [], why };
}

/** The same path for the same reason is one line, whatever the class and the way of answering. */
function merge(broken: readonly Outcome[]): readonly PathReport[] {
  const groups = Map.groupBy(broken, ({ situation, why }) => `${situation.route.name}\n${situation.path}\n${reasonOf(why)}`);
  return [...groups.values()].flatMap((group): readonly PathReport[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { path, route } = first.situation;
    const classes = [...new Set(group.map(({ situation }) => situation.on))];
    return [{ route: route.name, path, on: classes.map((name) => classText(name, group)), why: first.why ?? "" }];
  });
}

/** The class, and the way of answering where it is one of two. */
function classText(name: string, group: readonly Outcome[]): string {
  const ways = new Set(group.flatMap(({ situation }) => (situation.on === name ? [situation.stream] : [])));
  const isBoth = ways.size > 1 || group.every(({ situation }) => situation.route.stream !== null);
  return isBoth ? name : `${name} (${ways.has(true) ? "streams" : "whole answers"})`;
}

/** Without what differs from class to class: the error that the caller got. */
function reasonOf(why: string | null): string {
  return (why ?? "").replace(/; the caller got .*$/, "");
}

/** For people; ends without a line break. */
export function renderReport(report: DrillReport, location: string): string {
  const { failed, held, notDrilled, paths, rules, seconds, warnings } = report;
  const lines = [
    ...warnings.map((warning) => `warning ${lineOf(warning)}`),
    ...failed.map((failure) => `FAILS ${lineOf(failure)}`),
    ...(notDrilled.length === 0
      ? []
      : [`not drilled: ${notDrilled.join(", ")} (nothing brings them about before an answer begins)`]),
    `${location}: ${rules} ${rules === 1 ? "rule" : "rules"}, ${paths} ${paths === 1 ? "path" : "paths"}, ${held} held, ${paths - held} failed, ${seconds.toFixed(1)} s`,
  ];
  return lines.join("\n");
}

function lineOf({ on, path, route, why }: PathReport): string {
  return `${route}: ${path}${on.length === 0 ? "" : ` on ${on.join(", ")}`}: ${why}`;
}
