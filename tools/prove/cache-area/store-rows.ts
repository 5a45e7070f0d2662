import { type AnswerLab, startAnswerLab } from "../../../test/conformance/cache/answer-lab.ts";
import { runKilledStore } from "../../../test/conformance/cache/killed-store.ts";
import { runProbedStore } from "../../../test/conformance/cache/probed-store.ts";
import { runPurge } from "../../../test/conformance/cache/purge.ts";
import { runRestartedStore } from "../../../test/conformance/cache/restarted-store.ts";
import { CACHE_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { killed, probed, purged, restarted } = CACHE_LIMITS;

/** Where answers live: apart, whole, and still there. */
export function createStoreRows(): readonly ProveRow[] {
  return [
    {
      promise: `Of ${probed.probes.toLocaleString("en-GB")} probes from other tenants, consumers, principals, policies, routes, models and scopes none is given a stored answer (attacks G01, G02, G09), on the real object`,
      run: () => inLab(judgeProbes),
    },
    {
      promise: `While the process that keeps answers is killed in ${killed.rounds} rounds of ${killed.answers} answers being kept, none is ever given that is not whole, and none is lost that was confirmed`,
      run: () => inLab(judgeKilled),
    },
    {
      promise:
        "A restart keeps answers, what was learnt, the certificate of the semantic tier, the user's own curve, and what was purged",
      run: () => inLab(judgeRestarted),
    },
    {
      promise: `After a purge by tag ${purged.processes} processes that all remember the answer give it for ${purged.givenMs / 1_000} s at most; a dry run counts it and changes nothing`,
      run: judgePurge,
    },
    {
      promise:
        "Every store of answers keeps its contract, in memory and on the real object: tiers, probation, who goes upstream for those who wait, purge, erasure, feedback, a failing embedder (attacks G08, G10)",
      run: async () =>
        judgeSuite(
          await runSuite(
            "test/adapters/memory/answer-store",
            "test/adapters/durable-object/answer-store",
            "test/core/cache/book",
          ),
        ),
    },
  ];
}

async function inLab(judge: (lab: AnswerLab) => Promise<Seen>): Promise<Seen> {
  const lab = await startAnswerLab();
  try {
    return await judge(lab);
  } finally {
    await lab.close();
  }
}

async function judgeProbes({ store }: AnswerLab): Promise<Seen> {
  const { hits, own, probes } = await runProbedStore(store, probed);
  return {
    holds: probes === probed.probes && hits.length === 0 && own === probes,
    figure: `${hits.length} hits in ${probes} probes; ${own} of the stored requests got their own answer`,
    details: [...new Set(hits)].map((differs) => `given although it differs in: ${differs}`),
  };
}

async function judgeKilled(lab: AnswerLab): Promise<Seen> {
  const { broken, confirmed, lost, unconfirmed, whole, wrong } = await runKilledStore(lab, killed);
  return {
    // Where every answer was confirmed, or none was, nothing was interrupted.
    holds: wrong + broken + lost === 0 && confirmed > 0 && unconfirmed > 0,
    figure: `${confirmed} confirmed, ${lost} of them lost; ${unconfirmed} unconfirmed, ${whole} of them there and whole; ${wrong} wrong, ${broken} broken`,
  };
}

async function judgePurge(): Promise<Seen> {
  const { counted, gaveAfterDryRun, gaveBefore, gaveForMs, processes } = await runPurge(purged.processes);
  return {
    holds: counted > 0 && gaveBefore === processes && gaveAfterDryRun === processes && gaveForMs <= purged.givenMs,
    figure: `given by ${gaveBefore} of ${processes} before, by ${gaveAfterDryRun} after a dry run that counted ${counted}; for ${gaveForMs} ms after the purge`,
  };
}

async function judgeRestarted(lab: AnswerLab): Promise<Seen> {
  const { asked, checked, isEarned, isSame, labels, lost, risen } = await runRestartedStore(lab, restarted);
  return {
    holds: isSame && lost === 0 && risen === 0 && isEarned,
    figure: `${asked} questions, ${labels} labels, certificate ${isEarned ? "earned" : "not earned"} on ${checked} checked: ${isSame ? "the same" : "not the same"} after; ${lost} answers lost, ${risen} purged ones back`,
  };
}
