import { type Client, createClientPart } from "./part-clients.ts";
import { createWirePart } from "./part-wire.ts";
import { type DiamondLab, startDiamondLab } from "./diamond-lab.ts";
import { type Played, playedOf } from "./exchanges.ts";

/** How much of the diamond is run. */
export interface DiamondOptions {
  /** Every stock client of every surface for every answer, or one of them in turn. */
  readonly clients: "every" | "rotating";
  /**
   * Bytes judged without a client, and chunk sizes in which every stream also comes: each of both at every surface, or at
   * two in turn and one size at one of them.
   */
  readonly chunkSizes: "every" | "rotating";
  /** How often every stream also comes cut once, anywhere, at a surface in turn. */
  readonly offsets: number;
  readonly seed: number;
}

/** A promise that was not kept. */
export interface Finding {
  /** `protocol/case/step form`. */
  readonly answer: string;
  /** The client, or the surface where no client was in between. */
  readonly at: string;
  readonly what: string;
}

/** What became of every recorded answer. Every list of findings is empty when the promises hold. */
export interface DiamondReport {
  readonly cases: number;
  readonly answers: number;
  readonly exchanges: number;
  readonly clients: readonly Client[];
  /** Answers in which a client heard something else than the provider said. */
  readonly clientFindings: readonly Finding[];
  /** Exceptions that fit no longer. */
  readonly staleExceptions: readonly string[];
  /** Answers whose bytes break the rules of their surface. */
  readonly wireFindings: readonly Finding[];
  readonly cutExchanges: number;
  /** Streams whose bytes depend on how the upstream's chunks were cut. */
  readonly cutFindings: readonly Finding[];
}

/** Steps in play at once; a step is played by one of them only. */
const LANES = 8;

/** Every recorded answer × the surfaces, through a router of its own. */
export async function runDiamond(options: DiamondOptions): Promise<DiamondReport> {
  const lab = await startDiamondLab();
  try {
    return await playAll(lab, options);
  } finally {
    await lab.close();
  }
}

async function playAll(lab: DiamondLab, options: DiamondOptions): Promise<DiamondReport> {
  const clients = createClientPart(lab, options);
  const wire = createWirePart(lab, options);
  const answers = lab.steps.flatMap(playedOf).map((played, turn) => ({ played, turn }));
  await inLanes(groupByStep(answers), async (group) => {
    for (const { played, turn } of group) {
      await clients.play(played, turn);
      await wire.play(played, turn);
    }
  });
  return {
    cases: new Set(answers.map(({ played }) => played.step.caseId)).size,
    answers: answers.length,
    exchanges: clients.exchanges() + wire.exchanges(),
    clients: clients.tally(),
    clientFindings: clients.findings,
    staleExceptions: clients.stale(),
    wireFindings: wire.wireFindings,
    cutExchanges: wire.cutExchanges(),
    cutFindings: wire.cutFindings,
  };
}

interface Turn {
  readonly played: Played;
  readonly turn: number;
}

function groupByStep(answers: readonly Turn[]): readonly (readonly Turn[])[] {
  return [...Map.groupBy(answers, ({ played }) => played.step.id).values()];
}

async function inLanes<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
