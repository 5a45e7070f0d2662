import { readRecordedSteps } from "../../rigs/replay-upstream/recorded-steps.ts";
import { startReplayUpstream } from "../../rigs/replay-upstream/replay-upstream.ts";
import { upstreamModel } from "../../rigs/replay-upstream/upstream-model.ts";
import { dialectOf } from "./backends.ts";
import { carriedBy } from "./carried.ts";
import { compareHeard, isFailure } from "./compare-heard.ts";
import { type DiamondLab, startDiamondLab } from "./diamond-lab.ts";
import { anthropicMessages } from "./drivers/anthropic-messages.ts";
import { gemini } from "./drivers/gemini.ts";
import { openaiChat } from "./drivers/openai-chat.ts";
import { openaiResponses } from "./drivers/openai-responses.ts";
import { EXCEPTIONS, findException } from "./exceptions.ts";
import { nameOf, type Played, playedOf, toolsOf } from "./exchanges.ts";
import type { Driver } from "./heard.ts";
import type { Finding } from "./run-diamond.ts";

/** A recorded stream at which the official client of its dialect raises when it reads it from the provider. */
export interface ThrowingStream {
  /** `protocol/case/step`. */
  readonly step: string;
  /** Through the router: heard as its provider meant it; told as the failure it is; or, excepted, passed on as it is. */
  readonly outcome: "clean" | "error" | "excepted";
  /** What the client raised at the provider, or the reason of the exception. */
  readonly why: string;
}

/** What becomes of them. `findings` is empty when each is mended or told as the failure it is. */
export interface ThrowingReport {
  readonly streams: readonly ThrowingStream[];
  readonly findings: readonly Finding[];
}

/** The client that the author of each dialect gives away. */
const OFFICIAL: readonly Driver[] = [openaiChat, openaiResponses, anthropicMessages, gemini];

/** Asks for every recorded stream twice with its official client: at the provider, and where that raised through the router. */
export async function runThrowing(): Promise<ThrowingReport> {
  const upstream = await startReplayUpstream(readRecordedSteps());
  const lab = await startDiamondLab();
  try {
    return await readAll(lab, upstream.url);
  } finally {
    await Promise.all([lab.close(), upstream.close()]);
  }
}

async function readAll(lab: DiamondLab, provider: string): Promise<ThrowingReport> {
  const streams: ThrowingStream[] = [];
  const findings: Finding[] = [];
  for (const played of lab.steps.flatMap(playedOf).filter(({ stream }) => stream)) {
    const driver = OFFICIAL.find(({ surface }) => surface === dialectOf(played.step.backend));
    const raised = driver === undefined ? null : await raisedAtProvider(driver, played, provider);
    if (driver === undefined || raised === null) continue;
    const { differences, ...stream } = await readThroughRouter(driver, played, { lab, raised });
    streams.push(stream);
    findings.push(...differences.map((what) => ({ answer: nameOf(played), at: driver.name, what })));
  }
  return { streams, findings };
}

async function raisedAtProvider(driver: Driver, played: Played, origin: string): Promise<string | null> {
  const model = upstreamModel(played.step);
  return (await driver.ask({ origin, apiKey: "any", model, stream: true, tools: toolsOf(played) })).error;
}

async function readThroughRouter(
  driver: Driver,
  played: Played,
  { lab, raised }: { readonly lab: DiamondLab; readonly raised: string },
): Promise<ThrowingStream & { readonly differences: readonly string[] }> {
  const { router } = lab;
  const model = lab.modelOf(played.step);
  const heard = await driver.ask({ origin: router.url, apiKey: router.key, model, stream: true, tools: toolsOf(played) });
  const differences = compareHeard(played.said, heard, carriedBy(driver));
  const step = played.step.id;
  const exception = findException(EXCEPTIONS, { stepId: step, form: "stream", client: driver.name });
  if (differences.length > 0 && exception !== null) return { step, outcome: "excepted", why: exception.reason, differences: [] };
  return { step, outcome: isFailure(played.said) ? "error" : "clean", why: raised, differences };
}
