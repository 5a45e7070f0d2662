import { ERROR_TABLE } from "../../core/errors.ts";
import { durationText } from "../duration-text.ts";
import type { BeforeAfter, ChangeGroup, Known, SimulationSummary } from "./summarise.ts";

const MOST_GROUPS = 20;
const COLUMN = 16;

/** The difference that a changed policy would have made, for people; ends without a line break. */
export function renderSimulation(summary: SimulationSummary, names: BeforeAfter<string>): string {
  const { changed, changes, decided, from, open, requests, to } = summary;
  const blocks = [
    [
      `${requestsText(requests)}, ${from} to ${to}`,
      `before: ${names.before}; after: ${names.after}`,
      changed === 0
        ? "No request that the trace decides changes."
        : `${requestsText(changed)} of ${count(decided)} change (${percent(changed, decided)})`,
    ],
    open.length === 0
      ? []
      : [
          "not decided by this trace, and left out below",
          ...open.map(({ lacking, requests: of, rule }) => `  ${requestsText(of)}: ${rule} reads ${lacking.join(", ")}`),
        ],
    shareLines(summary),
    refusalLines(summary),
    totalLines(summary),
    changes.length === 0 ? [] : ["changes", ...changes.slice(0, MOST_GROUPS).flatMap(changeLines)],
    changes.length > MOST_GROUPS ? [`and ${count(changes.length - MOST_GROUPS)} smaller groups`] : [],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function shareLines({ decided, shares }: SimulationSummary): readonly string[] {
  if (shares.length === 0) return [];
  const names = shares.map(({ route, target }) => `${route} → ${target}`);
  const width = Math.max(...names.map((name) => name.length));
  const rows = shares.map(({ after, before }, index) => {
    const delta = decided === 0 ? 0 : ((after - before) / decided) * 100;
    const shift = before === after ? "" : `  ${signed(delta.toFixed(1))} points`;
    return `  ${(names[index] ?? "").padEnd(width)}${share(before, decided)}${share(after, decided)}${shift}`;
  });
  return [`${"asked first".padEnd(width + 2)}${"before".padStart(COLUMN)}${"after".padStart(COLUMN)}`, ...rows];
}

function share(part: number, whole: number): string {
  return `${count(part)} ${percent(part, whole).padStart(6)}`.padStart(COLUMN);
}

function refusalLines({ refusals }: SimulationSummary): readonly string[] {
  if (refusals.length === 0) return [];
  const rows = refusals.map(({ after, before, code }) => {
    return `  ${ERROR_TABLE[code].status} ${code.padEnd(28)}${count(before).padStart(10)}${count(after).padStart(10)}`;
  });
  return [`${"refused".padEnd(34)}${"before".padStart(10)}${"after".padStart(10)}`, ...rows];
}

function totalLines({ answerMs, costMicroUsd, neverSeen }: SimulationSummary): readonly string[] {
  const { after, before } = answerMs;
  const latency = before === null || after === null ? "" : `  ${change(before, after)}`;
  const unseen = neverSeen.map(({ requests, target }) => `${target} (${requestsText(requests)})`);
  return [
    `cost      ${dollars(costMicroUsd.before)} → ${dollars(costMicroUsd.after)}  ${change(costMicroUsd.before.sum, costMicroUsd.after.sum)}`,
    `answer    ${timeText(before)} → ${timeText(after)}${latency}, by what the trace shows of each target`,
    ...(unseen.length === 0 ? [] : [`          not in the trace, so left out of this: ${unseen.join(", ")}`]),
  ];
}

function changeLines({ costMicroUsd, examples, from, requests, to }: ChangeGroup): readonly string[] {
  return [
    `  ${requestsText(requests)}, ${dollars(costMicroUsd.before)} → ${dollars(costMicroUsd.after)}`,
    `    was  ${from}`,
    `    is   ${to}`,
    `    such as ${examples.join(", ")}`,
  ];
}

function dollars({ sum, unknown }: Known): string {
  const text = `$${(sum / 1_000_000).toFixed(4)}`;
  return unknown === 0 ? text : `${text} (and ${count(unknown)} of unknown price)`;
}

function timeText(ms: number | null): string {
  return ms === null ? "unknown" : durationText(ms);
}

function change(before: number, after: number): string {
  if (before === after) return "±0%";
  return before === 0 ? "from nothing" : `${signed((((after - before) / before) * 100).toFixed(1))}%`;
}

function signed(text: string): string {
  return text.startsWith("-") ? text : `+${text}`;
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? "0.0" : ((part / whole) * 100).toFixed(1)}%`;
}

function requestsText(requests: number): string {
  return `${count(requests)} ${requests === 1 ? "request" : "requests"}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
