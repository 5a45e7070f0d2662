import { type KillsSeen, runKills } from "../../../test/conformance/identity/kills.ts";
import { IDENTITY_LIMITS } from "../limits.ts";
import type { ProveRow, Seen } from "../row.ts";

const { kills, killSeed, unreportedMs } = IDENTITY_LIMITS;

/** Whatever dies, what was used is booked once and what was reserved comes back. */
export function createKillRows(): readonly ProveRow[] {
  const count = kills.toLocaleString("en-GB");
  return [
    {
      promise: `After ${count} kill -9 of routers and of the host of objects in turn, at random instants under load: nothing stays reserved, rows add up to what is used, nothing is booked twice, and a dead router has left untold at most its last second, with strict admission no request at all`,
      run: async () => judge(await runKills({ kills, seed: killSeed })),
    },
  ];
}

function judge(seen: KillsSeen): Seen {
  const { answers, drift, held, longestMs, lost, rows, strictLost, strictUnended, vanished, wrong } = seen;
  const isSound = held === 0 && drift.length === 0 && wrong.length === 0 && vanished === 0;
  return {
    holds: seen.kills === kills && answers > kills && isSound && strictLost === 0 && longestMs <= unreportedMs,
    figure: `${answers} answers, ${rows} rows; ${held} reserved, ${drift.length} accounts adrift, ${wrong.length} rows wrong, ${vanished} lost without a death; untold: ${lost} answers, the oldest of ${Math.round(longestMs)} ms; strict: ${strictLost} lost, ${strictUnended} charged at their floor`,
    details: [...drift, ...wrong].slice(0, 10),
  };
}
