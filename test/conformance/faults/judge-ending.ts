import { healthyJsonBytes, healthyStreamBytes } from "../../rigs/chaos-upstream/index.ts";
import type { Heard } from "./ask-router.ts";
import type { Ending, FaultCase } from "./fault-cases.ts";

export type Verdict = { readonly kind: "right"; readonly ending: Ending } | { readonly kind: "wrong"; readonly says: string };

const ERROR_EVENT = /^data: (\{"error":.*\})$/;
const OUR_ERROR = { type: "upstream_error", param: null, code: "stream_interrupted" };
const DONE = "data: [DONE]\n\n";

/** One run: what was asked of the router, of whom, and what came. */
export interface Trial {
  readonly faultCase: FaultCase;
  readonly messages: readonly object[];
  readonly firstModel: string;
  readonly secondModel: string;
  readonly heard: Heard;
}

/** Which of the case's right endings an answer has; everything else is wrong and says why. */
export function judgeEnding(trial: Trial): Verdict {
  const { faultCase, heard } = trial;
  if (heard.hung) return wrong(`hung for ${Math.round(heard.tookMs)} ms`);
  if (heard.status !== 200) return wrong(`status ${heard.status}: ${heard.body.toString().slice(0, 200)}`);
  if (!heard.whole) return wrong(`the transport did not end cleanly after ${heard.body.length} bytes`);
  const ending = recogniseEnding(trial);
  if (typeof ending !== "string") return ending;
  return faultCase.endings.includes(ending) ? { kind: "right", ending } : wrong(`ended as ${ending}`);
}

function recogniseEnding(trial: Trial): Ending | Verdict {
  const { faultCase, heard } = trial;
  const attempts = heard.headers["x-fairlead-attempts"];
  if (heard.body.equals(healthyBytes(trial, trial.secondModel)))
    return attempts === "2" ? "next_target" : wrong(`${attempts ?? "no"} attempts`);
  if (attempts !== "1") return wrong(`after ${attempts ?? "no"} attempts: ${excerpt(heard.body.toString())}`);
  if (heard.body.includes(`Answer from ${trial.secondModel}.`)) return wrong("two targets in one answer");
  if (heard.body.equals(healthyBytes(trial, trial.firstModel))) return "intact";
  return faultCase.stream ? recogniseStream(trial) : wrong(excerpt(heard.body.toString()));
}

function recogniseStream(trial: Trial): Ending | Verdict {
  const text = trial.heard.body.toString();
  const errors = text.split("\n\n").filter((event) => ERROR_EVENT.test(event));
  const [error = ""] = errors;
  if (errors.length === 0)
    return text.endsWith(DONE) && countDone(text) === 1 ? "recorded" : wrong(`no error event, no [DONE]: ${excerpt(text)}`);
  if (errors.length > 1) return wrong(`${errors.length} error events`);
  if (countDone(text) > 0) return wrong("[DONE] beside an error event");
  if (!text.endsWith(`${error}\n\n`)) return wrong(`something follows the error event: ${excerpt(text)}`);
  if (!isOurError(error)) return trial.faultCase.fault === "F26" ? "upstream_error" : wrong(`a foreign error event: ${error}`);
  const before = text.slice(0, -`${error}\n\n`.length);
  const healthy = healthyBytes(trial, trial.firstModel).toString();
  return restAfterEvents(before, healthy).some((rest) => trial.faultCase.remainder.test(rest))
    ? "interrupted"
    : wrong(`odd beginning: ${excerpt(text)}`);
}

/** What is left of `before` once the beginning it shares with the healthy answer is taken off, whole events or all of it. */
function restAfterEvents(before: string, healthy: string): readonly string[] {
  let shared = 0;
  while (shared < before.length && before[shared] === healthy[shared]) shared += 1;
  const wholeEvents = healthy.slice(0, shared).lastIndexOf("\n\n") + 2;
  return [before.slice(shared), before.slice(wholeEvents)];
}

function isOurError(event: string): boolean {
  const { error } = JSON.parse(ERROR_EVENT.exec(event)?.[1] ?? "{}") as { error?: Record<string, unknown> }; // matched just now
  return (
    error !== undefined &&
    Object.entries(OUR_ERROR).every(([key, value]) => error[key] === value) &&
    typeof error["message"] === "string"
  );
}

function countDone(text: string): number {
  return text.split("data: [DONE]").length - 1;
}

/** The router asks upstreams for usage, so that is what a healthy stream contains. */
function healthyBytes({ faultCase, messages }: Trial, model: string): Buffer {
  if (!faultCase.stream) return Buffer.from(healthyJsonBytes({ model, messages }));
  return Buffer.from(healthyStreamBytes({ model, messages, stream: true, stream_options: { include_usage: true } }));
}

function wrong(says: string): Verdict {
  return { kind: "wrong", says };
}

function excerpt(text: string): string {
  return JSON.stringify(text.length <= 700 ? text : `${text.slice(0, 200)} … ${text.slice(-450)}`);
}
