import { EXCEPTIONS, TALK_EXCEPTIONS } from "../../../test/conformance/diamond/exceptions.ts";
import { type DiamondReport, type Finding, runDiamond } from "../../../test/conformance/diamond/run-diamond.ts";
import { runThrowing } from "../../../test/conformance/diamond/run-throwing.ts";
import { runTwoTurn, type TwoTurnReport } from "../../../test/conformance/diamond/run-two-turn.ts";
import { PROTOCOL_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";

const { offsets, seed } = PROTOCOL_LIMITS;
const SHOWN = 40;

/** Lines 1 to 4: every recorded answer, at every surface, as stock clients and our own judges read it. */
export function createDiamondRows(): readonly ProveRow[] {
  const diamond = once(() => runDiamond({ clients: "every", chunkSizes: "every", offsets, seed }));
  const twoTurn = once(() => runTwoTurn({ talkers: "every" }));
  return [
    {
      promise:
        "Diamond: every recorded answer × every surface that can carry it, through the router in workerd, heard by stock SDKs: what the SDK accumulated equals the oracle, exceptions listed one by one",
      run: async () => judgeClients(await diamond()),
    },
    {
      promise: `Diamond: the same with reads cut at 1, 2, 3, 7, 64 bytes and at ${offsets} random offsets a stream`,
      run: async () => judgeCuts(await diamond()),
    },
    {
      promise: "Two-turn replays: seals come back byte-identical to the family that gave them, and reach no other",
      run: async () => judgeTwoTurn(await twoTurn()),
    },
    {
      promise: "Every stream and body written satisfies the invariants of its surface and the published schemas",
      run: async () => judgeWire(await diamond()),
    },
    {
      promise:
        "Recorded streams that make an official SDK throw come out clean where they can be repaired and as a proper error where they are one, each listed with the reason",
      run: async () => {
        const { findings, streams } = await runThrowing();
        return {
          holds: streams.length > 0 && findings.length === 0,
          figure: `${streams.length} streams: ${streams.filter(({ outcome }) => outcome === "clean").length} clean, ${streams.filter(({ outcome }) => outcome === "error").length} proper errors; ${findings.length} otherwise`,
          details: [...show(findings), ...streams.map(({ outcome, step, why }) => `${outcome}: ${step}: ${why}`)],
        };
      },
    },
  ];
}

function judgeClients({ answers, cases, clientFindings, clients, staleExceptions }: DiamondReport): Seen {
  const excepted = clients.reduce((sum, one) => sum + one.excepted, 0);
  const asked = clients.reduce((sum, one) => sum + one.asked, 0);
  return {
    holds: asked > 0 && clientFindings.length === 0 && staleExceptions.length === 0,
    figure: `${cases} cases, ${answers} answers, ${asked} heard by ${clients.length} clients: ${clientFindings.length} differ, ${excepted} excepted (${EXCEPTIONS.length} listed, ${staleExceptions.length} stale)`,
    details: [
      ...show(clientFindings),
      ...staleExceptions.map((exception) => `no longer needed: ${exception}`),
      ...clients.map(({ agreed, asked: own, excepted: left, name }) => `${name}: ${agreed} of ${own} agree, ${left} excepted`),
      ...EXCEPTIONS.map(({ clients: at, reason, step }) => `excepted: ${step} at ${at.join(", ")}: ${reason}`),
    ],
  };
}

function judgeCuts({ cutExchanges, cutFindings }: DiamondReport): Seen {
  return {
    holds: cutExchanges > 0 && cutFindings.length === 0,
    figure: `${cutExchanges} cut streams, ${cutFindings.length} whose bytes depend on the cut (seed ${seed})`,
    details: show(cutFindings),
  };
}

function judgeWire({ answers, wireFindings }: DiamondReport): Seen {
  return {
    holds: answers > 0 && wireFindings.length === 0,
    figure: `${wireFindings.length} of ${answers} answers, at every surface, break a rule`,
    details: show(wireFindings),
  };
}

function judgeTwoTurn({ answers, conversations, keptFindings, leakedFindings, seals, staleExceptions }: TwoTurnReport): Seen {
  return {
    holds: seals > 0 && [keptFindings, leakedFindings, staleExceptions].every(({ length }) => length === 0),
    figure: `${answers} sealed answers, ${seals} seals, ${conversations} conversations: ${keptFindings.length} lost or changed, ${leakedFindings.length} leaked, ${TALK_EXCEPTIONS.length} excepted (${staleExceptions.length} stale)`,
    details: [
      ...show(keptFindings),
      ...show(leakedFindings),
      ...TALK_EXCEPTIONS.map(({ clients, reason, step }) => `excepted: ${step} at ${clients.join(", ")}: ${reason}`),
    ],
  };
}

function show(findings: readonly Finding[]): readonly string[] {
  return findings.slice(0, SHOWN).map(({ answer, at, what }) => `${answer} at ${at}: ${what}`);
}
