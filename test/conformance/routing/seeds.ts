import { gateway, provider } from "../faults/policy-objects.ts";
import { askChat, targetOf } from "./ask-chat.ts";
import { startFleetLab } from "./fleet-lab.ts";
import { group, ruled } from "./rule-objects.ts";

export interface SeedFigures {
  readonly processes: number;
  /** Choices of each process, in order, between two targets of one weight. */
  readonly choices: number;
  /** Sequences of choices that no other process made. */
  readonly distinct: number;
  /** The most choices that two processes have in common, place by place. */
  readonly mostInCommon: number;
}

/** Choices by chance of several new processes: with a shared seed they would be the same. */
export async function compareSeeds({ choices, processes }: Pick<SeedFigures, "choices" | "processes">): Promise<SeedFigures> {
  const lab = await startFleetLab({
    processes,
    objects: ({ url }) => [
      gateway([url]),
      provider("one", url),
      ruled("x-chance", { groups: [group("both", ["one/a", "one/b"])] }),
    ],
  });
  try {
    const sequences = await Promise.all(
      lab.fleet.routers.map(async (router) => {
        let sequence = "";
        for (let choice = 0; choice < choices; choice += 1) sequence += targetOf(await askChat(router, "x-chance")).slice(-1);
        return sequence;
      }),
    );
    const inCommon = sequences.flatMap((one, index) => sequences.slice(index + 1).map((other) => countInCommon(one, other)));
    return { processes, choices, distinct: new Set(sequences).size, mostInCommon: Math.max(...inCommon) };
  } finally {
    await lab.close();
  }
}

function countInCommon(one: string, other: string): number {
  return [...one].filter((choice, index) => choice === other[index]).length;
}
