import { runAgents } from "../../../test/conformance/agents/run-agents.ts";
import { runPublicSuites, UNAVAILABLE } from "../../../test/conformance/suites/run-public-suites.ts";
import type { ProveRow } from "../row.ts";

/** Line 5: what others wrote to judge such an endpoint, and real agents. */
export function createSuiteRows(): readonly ProveRow[] {
  return [
    {
      promise:
        "Public suites that take a base URL and can be had from a registry pass against the simulator: CompatCanary, trustedrouter-provider-check, llm-comply in four protocols (Open Responses' schema among them)",
      run: async () => {
        const verdicts = await runPublicSuites();
        const failed = verdicts.flatMap(({ failed: own, suite }) => own.map((what) => `${suite}: ${what}`));
        const skipped = verdicts.flatMap(({ skipped: own, suite }) =>
          own.map((what) => `${suite}, left out by the suite itself: ${what}`),
        );
        return {
          holds: failed.length === 0 && verdicts.every(({ passed }) => passed > 0),
          figure: verdicts.map(({ failed: own, passed, suite }) => `${suite} ${passed} passed, ${own.length} failed`).join("; "),
          details: [...failed, ...skipped, ...UNAVAILABLE.map(({ suite, why }) => `${suite} was left: ${why}`)],
        };
      },
    },
    {
      promise:
        "Claude Code, Codex CLI and Gemini CLI run a tool loop through the router, each against backends of two wire formats",
      run: async () => {
        const runs = await runAgents();
        const incomplete = runs.filter(({ isComplete }) => !isComplete);
        return {
          holds: runs.length > 0 && incomplete.length === 0,
          figure: runs
            .map(({ agent, backend, isComplete }) => `${agent} on ${backend} ${isComplete ? "complete" : "incomplete"}`)
            .join(", "),
          details: incomplete.map(({ agent, backend, output }) => `${agent} on ${backend}: ${output}`),
        };
      },
    },
  ];
}
