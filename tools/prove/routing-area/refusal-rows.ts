import { readAlarmLines } from "../../../test/conformance/routing/alarm-line.ts";
import {
  type CredentialFigures,
  runContextLength,
  runCredentialRefusal,
  runExhaustion,
  runThrottling,
} from "../../../test/conformance/routing/refusals.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import type { ProveRow } from "../row.ts";

const { processes, refusals } = ROUTING_LIMITS;
const EXHAUSTED = "upstream_credentials_exhausted";

/** P13: what is no outage. */
export function createRefusalRows(): readonly ProveRow[] {
  return [
    {
      promise: `With the retry budget lifted, 429 and 529 never take a target out of rotation in any of ${processes} processes, and no request fails`,
      run: async () => {
        const all = await runThrottling(refusals);
        return {
          holds: all.every(
            ({ answered, looks, notReady, refused, requests }) =>
              notReady === 0 && looks > 0 && refused > 0 && answered === requests,
          ),
          figure: all
            .map(
              ({ answered, looks, notReady, refused, requests, status }) =>
                `${status}: ${refused} given, ${answered} of ${requests} answered, not in full rotation in ${notReady} of ${looks} looks`,
            )
            .join("; "),
        };
      },
    },
    {
      promise:
        "401 and 403 take the credential out, not the target, raise an alarm in every process and on stderr, and cost nothing of the retry budget",
      run: async () => {
        const all = await runCredentialRefusal(refusals);
        const lines = await readAlarmLines();
        const told = lines.filter(
          (line) =>
            JSON.stringify(line).includes('"credential_refused"') && JSON.stringify(line).includes("default/keyed#primary"),
        );
        return {
          holds: all.every(isCredentialOut) && told.length === 1,
          figure: `${all
            .map(
              ({ alarmed, answered, notReady, processes: count, refused, requests, status, stillUsed }) =>
                `${status}: refused ${refused} times, used ${stillUsed} times since, ${answered} of ${requests} answered without a retry budget, alarm in ${alarmed} of ${count}, target out in ${notReady} looks`,
            )
            .join("; ")}; ${told.length} line on stderr`,
        };
      },
    },
    {
      promise: `With every credential refused the answer is 502 ${EXHAUSTED}`,
      run: async () => {
        const all = await runExhaustion();
        return {
          holds: all.length > 0 && all.every(({ code, status }) => status === 502 && code === EXHAUSTED),
          figure: all.map(({ code, status }) => `${status} ${code}`).join(", "),
        };
      },
    },
    {
      promise:
        "With retry budget to spare, a conversation that is too long for a target goes to the next larger one, past those that are not",
      run: async () => {
        const { answeredBy, asked } = await runContextLength();
        return {
          holds: answeredBy === "sized/fits-50000" && asked.join() === "fits-500,fits-50000",
          figure: `${asked.join(" → ")} of 500, 400 and 50000 tokens; answered by ${answeredBy}`,
        };
      },
    },
  ];
}

function isCredentialOut(figures: CredentialFigures): boolean {
  const { alarmed, answered, notReady, processes: count, refused, requests, stillUsed } = figures;
  return answered === requests && refused > 0 && stillUsed === 0 && notReady === 0 && alarmed === count;
}
