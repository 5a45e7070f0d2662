import type { CompiledPolicy } from "../../core/policy/compiled.ts";
import type { Heard } from "./ask-router.ts";
import type { Derived } from "./derive-policy.ts";
import { idOf, type Situation, stopsOf } from "./drilled-route.ts";
import { whyNobody, whyUnreachable } from "./why-unreachable.ts";

/** How much later than its deadline an error may come on a busy machine, milliseconds. */
const SLACK_MS = 2_000;

interface Judging {
  readonly standIns: Derived["standIns"];
  /** The policy that is drilled, as it was compiled. */
  readonly compiled: CompiledPolicy;
  /** Of the drilled request, milliseconds. */
  readonly totalMs: number;
}

/** Why a path does not hold; null when it does. */
export function judge(situation: Situation, heard: Heard, judging: Judging): string | null {
  if (heard.kind === "nonsense") return `the caller got ${heard.what}`;
  return situation.expects.kind === "answered"
    ? judgeAnswered(situation, situation.expects.by, { heard, judging })
    : judgeRefused(heard, judging);
}

interface Case {
  readonly heard: Exclude<Heard, { readonly kind: "nonsense" }>;
  readonly judging: Judging;
}

function judgeAnswered(situation: Situation, by: ReadonlySet<string>, { heard, judging }: Case): string | null {
  const { compiled, standIns } = judging;
  if (heard.kind === "error") {
    const story = withRealNames(heard.message, standIns);
    const reason = whyUnreachable(situation, by, { attempts: heard.attempts, compiled });
    return `${reason === null ? "" : `${reason}; `}the caller got ${heard.status} ${heard.code}: ${story}`;
  }
  const answered = standIns.get(heard.target);
  if (answered === undefined || !by.has(answered.id)) {
    const stops = stopsOf(situation.route.groups);
    const wanted = stops.flatMap(({ targets }) => targets.filter((target) => by.has(idOf(target))));
    const never = whyNobody(wanted, stops, situation.route);
    return `${never === null ? "" : `${never}; `}${answered?.label ?? heard.target} answered instead`;
  }
  return heard.attempts > 1 ? null : `${answered.label} was asked first, so nothing was drilled`;
}

function judgeRefused(heard: Case["heard"], { standIns, totalMs }: Judging): string | null {
  if (heard.kind === "answer") return `${standIns.get(heard.target)?.label ?? heard.target} answered, although it fails`;
  const { code, isFinal, status, tookMs } = heard;
  if (tookMs > totalMs + SLACK_MS) return `the error came after ${Math.round(tookMs)} ms, the deadline was ${totalMs} ms`;
  return isFinal ? null : `${status} ${code} does not tell SDKs to stop: x-should-retry: false is missing`;
}

/** An error's story, with the targets that the simulators stand for. */
function withRealNames(message: string, standIns: Derived["standIns"]): string {
  return message
    .replaceAll(/\bd\d+-\d+\/[\w-]+/g, (name) => standIns.get(name)?.label ?? name)
    .replaceAll(/\broute \S+\/drilled\b/g, "the rule");
}
