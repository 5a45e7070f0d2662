import { carriedBy } from "./carried.ts";
import { compareHeard } from "./compare-heard.ts";
import type { DiamondLab } from "./diamond-lab.ts";
import { EXCEPTIONS, findException, findStale, type Tried } from "./exceptions.ts";
import { driversOf, nameOf, type Played, toolsOf } from "./exchanges.ts";
import type { Driver } from "./heard.ts";
import type { DiamondOptions, Finding } from "./run-diamond.ts";

/** What became of the answers that one client asked for. */
export interface Client {
  readonly name: string;
  readonly asked: number;
  readonly agreed: number;
  readonly excepted: number;
}

interface ClientPart {
  readonly findings: readonly Finding[];
  play(played: Played, turn: number): Promise<void>;
  exchanges(): number;
  tally(): readonly Client[];
  /** Exceptions whose clients were asked and heard what they should. */
  stale(): readonly string[];
}

/** Asks for recorded answers with stock clients and compares what they heard with what the provider said. */
export function createClientPart(lab: DiamondLab, { clients }: Pick<DiamondOptions, "clients">): ClientPart {
  const tried: Tried[] = [];
  const findings: Finding[] = [];
  const playOne = async (played: Played, driver: Driver): Promise<void> => {
    const { router } = lab;
    const heard = await driver.ask({
      origin: router.url,
      apiKey: router.key,
      model: lab.modelOf(played.step),
      stream: played.stream,
      tools: toolsOf(played),
    });
    const differences = compareHeard(played.said, heard, carriedBy(driver));
    const form = played.stream ? ("stream" as const) : ("whole" as const);
    const one = { stepId: played.step.id, form, client: driver.name, isAsItShouldBe: differences.length === 0 };
    tried.push(one);
    if (one.isAsItShouldBe || findException(EXCEPTIONS, one) !== null) return;
    findings.push({ answer: nameOf(played), at: driver.name, what: differences.join("; ") });
  };
  return {
    findings,
    play: async (played, turn) => {
      const able = driversOf(played);
      const asked = clients === "every" ? able : able.slice(turn % able.length, (turn % able.length) + 1);
      for (const driver of asked) await playOne(played, driver);
    },
    exchanges: () => tried.length,
    tally: () =>
      [...Map.groupBy(tried, ({ client }) => client)].map(([name, own]) => {
        const others = own.filter(({ isAsItShouldBe }) => !isAsItShouldBe);
        const excepted = others.filter((one) => findException(EXCEPTIONS, one) !== null).length;
        return { name, asked: own.length, agreed: own.length - others.length, excepted };
      }),
    stale: () => findStale(EXCEPTIONS, tried, clients === "every"),
  };
}
