import type { Normalized } from "../../rigs/replay-upstream/recorded-steps.ts";
import { correctReading } from "./correct-reading.ts";
import type { PlayedStep } from "./diamond-lab.ts";
import { DRIVERS } from "./drivers/index.ts";
import type { Driver, SurfaceName } from "./heard.ts";

/** One recorded answer in one form, and what its provider said in it. */
export interface Played {
  readonly step: PlayedStep;
  readonly stream: boolean;
  readonly said: Normalized;
}

/** Every answer of a step that somebody has read. */
export function playedOf(step: PlayedStep): readonly Played[] {
  const forms = [
    { stream: false, said: step.whole?.normalized },
    { stream: true, said: step.stream?.normalized },
  ];
  return forms.flatMap(({ said, stream }) => (said ? [{ step, stream, said: correctReading(step.id, said) }] : []));
}

/** Where an answer can be asked for: legacy completions hold text only, on either side. */
export function surfacesOf({ said, step }: Played): readonly SurfaceName[] {
  const all: readonly SurfaceName[] = ["openai-chat", "openai-responses", "anthropic-messages", "gemini"];
  const isTextOnly = said.tool_calls.length === 0 && said.reasoning === "";
  return isTextOnly || step.backend === "up-openai-completions" ? [...all, "openai-completions"] : all;
}

/** Every stock client that can ask for an answer. */
export function driversOf(played: Played): readonly Driver[] {
  const surfaces = surfacesOf(played);
  return DRIVERS.filter(({ surface }) => surfaces.includes(surface));
}

/** The tools to declare so that no client or router minds the answer's calls. */
export function toolsOf({ said }: Played): readonly string[] {
  return [...new Set(said.tool_calls.map(({ name }) => name))];
}

/** `protocol/case/step stream`: for findings. */
export function nameOf({ step, stream }: Played): string {
  return `${step.id} ${stream ? "stream" : "whole"}`;
}
