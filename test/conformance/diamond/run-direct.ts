import { readRecordedSteps } from "../../rigs/replay-upstream/recorded-steps.ts";
import { startReplayUpstream } from "../../rigs/replay-upstream/replay-upstream.ts";
import { upstreamModel } from "../../rigs/replay-upstream/upstream-model.ts";
import { backendOf, dialectOf } from "./backends.ts";
import { carriedBy } from "./carried.ts";
import { compareHeard } from "./compare-heard.ts";
import { DRIVERS } from "./drivers/index.ts";
import { type Played, playedOf, toolsOf } from "./exchanges.ts";
import type { Driver } from "./heard.ts";
import type { Client } from "./part-clients.ts";

/** What stock clients make of the recordings in their own dialect with no router in between. */
export async function runDirect(): Promise<readonly Client[]> {
  const steps = readRecordedSteps();
  const upstream = await startReplayUpstream(steps);
  const answers = steps.flatMap((step) => {
    const backend = backendOf(step);
    return backend === null ? [] : playedOf({ ...step, backend });
  });
  try {
    const clients: Client[] = [];
    for (const driver of DRIVERS) {
      const own = answers.filter(({ step }) => dialectOf(step.backend) === driver.surface);
      clients.push({ name: driver.name, asked: own.length, agreed: await countAgreed(driver, own, upstream.url), excepted: 0 });
    }
    return clients;
  } finally {
    await upstream.close();
  }
}

async function countAgreed(driver: Driver, answers: readonly Played[], origin: string): Promise<number> {
  let agreed = 0;
  for (const played of answers) {
    const { said, step, stream } = played;
    const heard = await driver.ask({ origin, apiKey: "any", model: upstreamModel(step), stream, tools: toolsOf(played) });
    if (compareHeard(said, heard, carriedBy(driver)).length === 0) agreed += 1;
  }
  return agreed;
}
