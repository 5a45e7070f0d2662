import { runOverload } from "../../../test/conformance/routing/overload.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow } from "../row.ts";

const { overload, overloaded } = ROUTING_LIMITS;

/** P13b: more than an upstream can take. */
export function createOverloadRows(): readonly ProveRow[] {
  const ran = once(() => runOverload(overload));
  const beyond = async () => (await ran()).steps.filter(({ offered }) => offered >= 2);
  return [
    {
      promise: `Offered two and five times what the upstream can serve, goodput stays at ${overloaded.goodputOfPeak * 100} % of its peak or more`,
      run: async () => {
        const { capacity, steps } = await ran();
        const peak = Math.max(...steps.map(({ goodput }) => goodput));
        return {
          holds: (await beyond()).every(({ goodput }) => goodput >= peak * overloaded.goodputOfPeak) && peak > 0,
          figure: `${steps.map(({ goodput, offered }) => `${offered}×: ${goodput.toFixed(1)}/s`).join(", ")} of ${capacity}/s`,
        };
      },
    },
    {
      promise: `What is refused then gets 429 or 503 with retry-after; who is shed is told in ${overloaded.shedMs} ms at the 99th percentile`,
      run: async () => {
        const steps = await beyond();
        return {
          holds: steps.every(({ shed, shedP99Ms, wrong }) => wrong === 0 && shed > 0 && shedP99Ms < overloaded.shedMs),
          figure: steps
            .map(
              ({ offered, requests, shed, shedP99Ms, wrong }) =>
                `${offered}×: ${shed} of ${requests} shed, ${shedP99Ms.toFixed(1)} ms, ${wrong} refused otherwise`,
            )
            .join("; "),
        };
      },
    },
    {
      promise: "Batch requests are shed before interactive ones",
      run: async () => {
        const steps = await beyond();
        return {
          holds: steps.every(({ servedBatch, servedInteractive }) => servedInteractive > servedBatch),
          figure: steps
            .map(
              ({ offered, servedBatch, servedInteractive }) =>
                `${offered}×: ${(servedInteractive * 100).toFixed(0)} % of interactive and ${(servedBatch * 100).toFixed(0)} % of batch served`,
            )
            .join("; "),
        };
      },
    },
  ];
}
