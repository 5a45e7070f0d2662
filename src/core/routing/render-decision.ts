import type { Trace, TraceStep } from "./trace.ts";

/** Holds how a request was decided, where its caller asked and may know. */
const DECISION_HEADER = "x-fairlead-decision";
/** Proxies in between bound what a header may hold. */
const HEADER_CHARACTERS = 4_000;

/** The response header that explains a decision; none where nobody asked. */
export function decisionHeaders(trace: Trace | null): Readonly<Record<string, string>> {
  return trace === null ? {} : { [DECISION_HEADER]: compactDecision(trace.steps) };
}

/** A list of steps as compact JSON in ASCII; those that do not fit into a header are counted at its end. */
export function compactDecision(steps: readonly TraceStep[]): string {
  const parts = steps.map(({ reason, subject, verdict }) =>
    JSON.stringify([subject, verdict, reason]).replace(/[^\x20-\x7e]/g, "?"),
  );
  let used = 0;
  const shown = parts.filter((part) => {
    const isFitting = used + part.length + 1 <= HEADER_CHARACTERS;
    if (isFitting) used += part.length + 1;
    return isFitting;
  });
  const rest = parts.length - shown.length;
  return `[${[...shown, ...(rest > 0 ? [JSON.stringify(`and ${rest} more`)] : [])].join(",")}]`;
}

/** The same as a tree for people, one line a step. */
export function renderDecision(steps: readonly TraceStep[]): string {
  return steps.map(renderStep).join("\n");
}

function renderStep({ level, reason, subject, verdict }: TraceStep): string {
  return `${"  ".repeat(level)}${verdict === "taken" ? "✓" : "✗"} ${subject}: ${reason}`;
}
