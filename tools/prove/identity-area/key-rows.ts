import { runManyKeys } from "../../../test/conformance/identity/many-keys.ts";
import { runRevocation } from "../../../test/conformance/identity/revocation.ts";
import { runRotation } from "../../../test/conformance/identity/rotation.ts";
import { runGuessing, runWrongSecrets } from "../../../test/conformance/identity/wrong-secrets.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow } from "../row.ts";

const { guessing, manyKeys, revocation, rotation, wrongSecrets } = IDENTITY_LIMITS;
const REVOKED = "revoked_api_key";

/** API keys: who has one no more, who has another, who has none. */
export function createKeyRows(): readonly ProveRow[] {
  const revoked = once(() => runRevocation(revocation));
  return [
    {
      promise: `A revoked key is refused at ${revocation.processes} processes under load within ${revocation.visibleMs / 1_000} s (p99)`,
      run: async () => {
        const { asked, others, p50Ms, p99Ms, samples, slowestMs } = await revoked();
        const wanted = revocation.rounds * revocation.keys * revocation.processes;
        return {
          holds: p99Ms <= revocation.visibleMs && others === 0 && samples === wanted,
          figure: `p50 ${seconds(p50Ms)}, p99 ${seconds(p99Ms)}, slowest ${seconds(slowestMs)} of ${samples}; ${others} other answers of ${asked}`,
        };
      },
    },
    {
      promise: `The first request of a process that was idle for ${revocation.idleSeconds} s obeys already, for a key made at run time and for one of the policy`,
      run: async () => {
        const { made, written } = (await revoked()).whenIdle;
        return { holds: made === REVOKED && written === REVOKED, figure: `made: ${made}, of the policy: ${written}` };
      },
    },
    {
      promise: `Rotating a key with overlap fails 0 of the requests at ${rotation.perSecond}/s for ${rotation.seconds} s, and the old keys end`,
      run: async () => {
        const { asked, codes, failed, retired, rotations } = await runRotation(rotation);
        return {
          holds:
            failed === 0 && rotations > 0 && retired.refused === retired.keys && asked === rotation.perSecond * rotation.seconds,
          figure: `${failed} of ${asked} failed over ${rotations} rotations; ${retired.refused} of ${retired.keys} old keys refused`,
          details: codes,
        };
      },
    },
    {
      promise: `${manyKeys.many.toLocaleString("en-GB")} keys cost a request the same as ${manyKeys.few}, within ${percent(manyKeys.tolerance)}`,
      run: async () => {
        const { few, many, stored } = await runManyKeys(manyKeys);
        const [known, asked] = [many.known / few.known, many.asked / few.asked];
        return {
          holds: Math.max(known, asked) <= 1 + manyKeys.tolerance && stored >= manyKeys.many,
          figure: `a known key ${known.toFixed(3)} (${many.known.toFixed(2)} to ${few.known.toFixed(2)} ms), one to ask the registry for ${asked.toFixed(3)} (${many.asked.toFixed(2)} to ${few.asked.toFixed(2)} ms); ${stored.toLocaleString("en-GB")} stored`,
        };
      },
    },
    {
      promise: `A wrong secret takes the same time within ${percent(wrongSecrets.tolerance)}, whether nobody has the id, the policy or the registry, over ${wrongSecrets.samples.toLocaleString("en-GB")} samples of each (attack D03)`,
      run: async () => {
        const { nobodys, policys, registrys } = await runWrongSecrets(wrongSecrets.samples);
        const all = [nobodys, policys, registrys];
        const apart = Math.max(...all) / Math.min(...all) - 1;
        return {
          holds: apart <= wrongSecrets.tolerance,
          figure: `${percent(apart)} apart: nobody's ${nobodys.toFixed(3)} ms, the policy's ${policys.toFixed(3)} ms, the registry's ${registrys.toFixed(3)} ms`,
        };
      },
    },
    {
      promise: `Of ${guessing.guesses.toLocaleString("en-GB")} wrong keys from one address in a minute ${guessing.allowed} are looked at, and a good key is let in beside them (attack H08)`,
      run: async () => {
        const { letIn, limited, others, refused, seconds: took } = await runGuessing(guessing.guesses);
        const windows = Math.ceil(took / 60);
        return {
          holds: refused <= guessing.allowed * windows && others === 0 && letIn.answered === letIn.asked,
          figure: `${refused} × 401, ${limited} × 429, ${others} others in ${took.toFixed(0)} s; ${letIn.answered} of ${letIn.asked} good ones let in`,
        };
      },
    },
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
