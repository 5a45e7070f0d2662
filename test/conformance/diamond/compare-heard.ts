import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../src/core/json/is-record.ts";
import type { Normalized } from "../../rigs/replay-upstream/recorded-steps.ts";
import { type Carried, LEFT_OUT } from "./carried.ts";
import type { Heard, HeardCall } from "./heard.ts";

/** How what a client heard differs from what the provider said, on what the client can be told; empty when it does not. */
export function compareHeard(said: Normalized, heard: Heard, carried: Carried): readonly string[] {
  if (isFailure(said)) return hasFailed(heard) ? [] : [`a failed answer passed for ${describe(heard.finish)}`];
  if (heard.error !== null) return wantedFinishes(said, carried).includes("raised") ? [] : [`raised ${heard.error}`];
  return [
    ...compareTexts("text", said.text, heard.text.replaceAll(LEFT_OUT, "")),
    ...(carried.reasoning ? compareTexts("reasoning", said.reasoning, heard.reasoning) : []),
    ...(carried.toolCalls ? compareCalls(said.tool_calls, heard.tool_calls, carried) : []),
    ...compareFinish(said, heard, carried),
    ...compareUsage(said, heard, carried),
  ];
}

/** The provider failed in this answer, or it broke off. */
export function isFailure({ complete, error }: Pick<Normalized, "complete" | "error">): boolean {
  return (error ?? null) !== null || !complete;
}

/** The AI SDK does not raise where a stream broke off: it says how it ended. */
function hasFailed({ error, finish }: Heard): boolean {
  return error !== null || finish === "error" || finish === "interrupted";
}

function compareTexts(what: string, said: string, heard: string): readonly string[] {
  if (said === heard) return [];
  const at = [...said].findIndex((_, index) => said[index] !== heard[index]);
  const around = (text: string): string => describe(text.slice(Math.max(0, at - 20), Math.max(0, at) + 60));
  return [`${what} of ${heard.length} instead of ${said.length} characters: ${around(heard)} instead of ${around(said)}`];
}

function compareCalls(said: readonly HeardCall[], heard: readonly HeardCall[], carried: Carried): readonly string[] {
  const wanted = said.map(({ arguments: value, name }) => ({ name, arguments: carried.customTools ? value : asFunction(value) }));
  const seen = heard.map(({ arguments: value, name }) => ({ name, arguments: value }));
  return isDeepStrictEqual(seen, wanted) ? [] : [`calls ${describe(seen)} instead of ${describe(wanted)}`];
}

/** A free-form call as a client knows it that has functions only. */
function asFunction(value: unknown): unknown {
  return isRecord(value) && "__custom_input__" in value ? { input: value["__custom_input__"] } : value;
}

function compareFinish(said: Normalized, { finish }: Heard, carried: Carried): readonly string[] {
  const wanted = wantedFinishes(said, carried);
  return wanted.includes(finish ?? "") ? [] : [`finish ${describe(finish)} instead of ${wanted.join(" or ")}`];
}

/** A stop with calls is a stop for the calls' sake, whatever the provider named it. */
function wantedFinishes(said: Normalized, { finishes, toolCalls }: Carried): readonly string[] {
  const hasCalls = said.tool_calls.length > 0 && toolCalls;
  // Some say nothing of the finish of a whole answer.
  const named = said.finish === null || said.finish === "" ? "stop" : said.finish;
  const own = named === "stop" && hasCalls ? "tool_calls" : named;
  return finishes[own] ?? [own];
}

function compareUsage(said: Normalized, heard: Heard, carried: Carried): readonly string[] {
  const { usage: wanted } = said;
  if (wanted === null) return [];
  if (heard.usage === null) return ["no usage"];
  const details = [
    ...(carried.cacheRead ? (["cache_read"] as const) : []),
    ...(carried.reasoningTokens ? (["reasoning"] as const) : []),
  ];
  const differing = (["input_total", "output_total", ...details] as const).filter(
    (key) => wanted[key] !== null && (heard.usage?.[key] ?? 0) !== wanted[key],
  );
  return differing.map((key) => `usage ${key} ${String(heard.usage?.[key])} instead of ${String(wanted[key])}`);
}

function describe(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 400);
}
