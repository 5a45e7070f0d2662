import { type ReplayReport, runFixtureReplay } from "../../../test/conformance/fixtures/run-fixture-replay.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";

type Findings = ReplayReport["answerFindings"];

/** Line 4: recorded traffic, replayed by an upstream. */
export function createReplayRows(): readonly ProveRow[] {
  const replayed = once(() => runFixtureReplay());
  return [
    {
      promise:
        "Every clean `openai-chat` case of the fixtures, replayed by an upstream, comes through byte for byte (an unrequested usage chunk aside), streaming and not",
      run: async () => {
        const report = await replayed();
        const findings = [...report.answerFindings, ...report.requestFindings];
        const { cleanCases, cleanExchanges, cleanRecordings, others, recordings } = report;
        return {
          holds: findings.length === 0 && cleanCases > 0 && report.requestsIntact === cleanExchanges,
          figure: `${cleanCases} cases (${cleanRecordings} of ${recordings} recordings) in ${cleanExchanges} exchanges, ${findings.length} findings; ${others.length} others below, by reason`,
          details: [...describe(findings), ...listOthers(others)],
        };
      },
    },
    {
      promise: "The usage recorded equals the case's `normalized` usage, or is counted and flagged where the case has none",
      run: async () => {
        const { usageEstimated, usageFindings, usageReported } = await replayed();
        return judge(usageFindings, `${usageReported} exchanges with the case's usage, ${usageEstimated} counted and flagged`);
      },
    },
    {
      promise: "Cases that are not complete never pass for a success",
      run: async () => {
        const { incompleteFindings, others } = await replayed();
        return judge(
          incompleteFindings,
          `${others.filter(({ seen }) => seen === "ended with an error event").length} recordings ended with an error event`,
        );
      },
    },
    {
      promise: "Error cases come out with the mapped status and envelope",
      run: async () => {
        const { refusalFindings, refusalsChecked } = await replayed();
        return judge(refusalFindings, `${refusalsChecked} refusals`, refusalsChecked);
      },
    },
  ];
}

function judge(findings: Findings, what: string, count = 1): Seen {
  return {
    holds: findings.length === 0 && count > 0,
    figure: `${what}, ${findings.length} findings`,
    details: describe(findings),
  };
}

function describe(findings: Findings): readonly string[] {
  return findings.map(({ form, name, what }) => `${name} (${form}): ${what}`);
}

/** One line a reason: how many, and their names. */
function listOthers(others: ReplayReport["others"]): readonly string[] {
  const byReason = Map.groupBy(others, ({ reason }) => reason);
  return [...byReason].map(
    ([reason, members]) => `${members.length} × ${reason}: ${[...new Set(members.map(({ name }) => name))].join(", ")}`,
  );
}
