import { ANSWER_FAULTS, type AnswerFault as Fault } from "../../rigs/chaos-upstream/index.ts";
import { drawBetween } from "./draws.ts";
import type { Form } from "./policy-objects.ts";

/**
 * How an answer may end. `next_target`: all of the second target's answer and nothing of the first attempt. `intact`: the
 * first target's answer byte for byte. `interrupted`: a beginning of it and one error event of ours. `upstream_error`: a
 * beginning and the upstream's own error event. `recorded`: passed on with its `[DONE]`, its defect in the usage log.
 */
export type Ending = "next_target" | "intact" | "interrupted" | "upstream_error" | "recorded";

/** One fault in one form of answer, and the ends that are right. */
export interface FaultCase {
  readonly name: string;
  readonly fault: Fault;
  readonly stream: boolean;
  /** What the upstream does, as a script step; each run draws its own. */
  readonly behave: (draw: () => number) => string;
  readonly endings: readonly Ending[];
  /** What an interrupted answer may hold between the healthy beginning and the error event. */
  readonly remainder: RegExp;
  /** The timer of the policy that ends the fault, plus what the upstream itself takes. */
  readonly timerMs: number;
  readonly totalSeconds: number;
  readonly ttftMs: number;
}

export const IDLE_MS = 1_000;
const TTFT_MS = 1_000;
/** For answers that come slowly or are big, so that a busy machine does not make them late. */
const PATIENT = { ttftMs: 5_000, totalSeconds: 12 };
const TOTAL_SECONDS = 4;
/** A JSON attempt has its share of the deadline: one of two targets. */
const JSON_SHARE_MS = (TOTAL_SECONDS * 1_000) / 2;
/** How often a stream that is piped is looked at. */
const LOOK_MS = 1_000;

const SEPARATOR = /^(\r?\n)*$/;
const BROKEN_THEN_EVENTS = /^data: \{"id":"chatcmpl-broken"[^\n]*\n\n(data: [^\n]*\n\n)*\n*$/;
const HUGE_LINE = /^data: \{"choices":\[\{"index":0,"delta":\{"content":"a*\n*$/;
const PINGS = /^(: ping\n\n)*\n*$/;

type Behave = FaultCase["behave"];

const drawFrom =
  (name: string, values: readonly (number | string)[]): Behave =>
  (draw) =>
    `@${name}=${values[Math.floor(draw() * values.length)] ?? ""}`;

/** F01–F16: what a fault needs to be quick, and which timer ends it. */
const BEFORE_ANSWER: Readonly<Partial<Record<Fault, { readonly options?: Behave; readonly waits?: boolean }>>> = {
  F05: { waits: true },
  F06: { options: () => "@ms=3500", waits: true },
  F07: { waits: true },
  F08: { waits: true },
  F10: { options: drawFrom("status", [502, 503, 504]) },
  F11: { options: drawFrom("form", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) },
  F13: { options: drawFrom("status", [401, 403]) },
  F14: { options: drawFrom("status", [301, 302, 303, 307, 308]) },
};

/** Every number of events before the fault, at once or paced: at once it may still be held back, paced it has been sent. */
const drawPlace: Behave = (draw) => `@after=${drawBetween(draw, 1, 12)}@interval=${draw() < 0.5 ? 0 : 15}`;
const drawPlaceAndReset: Behave = (draw) => `${drawPlace(draw)}@ms=${draw() < 0.5 ? 1 : 30}`;

type Within = Partial<Omit<FaultCase, "name" | "fault" | "stream" | "behave">> & {
  readonly options?: Behave;
  readonly suffix?: string;
};

const WITHIN_STREAM: Readonly<Partial<Record<Fault, Within>>> = {
  F17: { options: drawPlaceAndReset },
  F18: { options: drawPlace },
  F19: { options: drawPlace },
  F20: { options: drawPlace, timerMs: IDLE_MS + LOOK_MS },
  F21: { options: drawPlace, timerMs: 3_000, totalSeconds: 3, remainder: PINGS },
  F22: { ...PATIENT, options: () => "@ms=3", timerMs: 1_000, endings: ["intact"] },
  F23: { endings: ["intact"] },
  F24: { options: () => "@interval=20", timerMs: LOOK_MS, remainder: BROKEN_THEN_EVENTS },
  F25: { ...PATIENT, options: () => "@mb=2@interval=5", remainder: HUGE_LINE },
  F26: { options: drawPlace, endings: ["upstream_error", "next_target"] },
  F27: { options: (draw) => `@interval=${drawBetween(draw, 0, 15)}`, endings: ["recorded"] },
  F28: { ...PATIENT, options: () => "@mb=20", timerMs: LOOK_MS, remainder: HUGE_LINE },
};

const WITHIN_JSON: Readonly<Partial<Record<Fault, Within>>> = {
  F20: { timerMs: JSON_SHARE_MS },
  F21: { timerMs: JSON_SHARE_MS },
  F22: { ...PATIENT, options: () => "@ms=3", timerMs: 1_000, endings: ["intact"] },
  F23: { endings: ["intact"] },
  F28: { ...PATIENT, options: () => "@mb=20", timerMs: LOOK_MS },
};

const EXTRA: readonly FaultCase[] = [
  create("F24", true, {
    suffix: "-done",
    options: (draw) => `@then=done@interval=${drawBetween(draw, 0, 15)}`,
    // A look that comes before `[DONE]` ends the stream.
    endings: ["recorded", "interrupted", "next_target"],
    remainder: BROKEN_THEN_EVENTS,
  }),
  create("F28", true, { suffix: "-wrong", options: () => "@wrong", endings: ["next_target"] }),
  create("F28", false, { suffix: "-wrong", options: () => "@wrong" }),
];

/** F01–F28, each in a stream and in a JSON answer, and three variants that end differently. */
export const FAULT_CASES: readonly FaultCase[] = [
  ...ANSWER_FAULTS.flatMap((fault) => [createCase(fault, true), createCase(fault, false)]),
  ...EXTRA,
];

/**
 * The cases as they end where events are mended: what is broken is not passed on before the error event, the upstream's own
 * error is told in our words, line ends are the usual ones, and what could be mended is no defect any more.
 */
export function casesInForm(form: Form): readonly FaultCase[] {
  return form === "native" ? FAULT_CASES : FAULT_CASES.map((faultCase) => (faultCase.stream ? mended(faultCase) : faultCase));
}

function mended(faultCase: FaultCase): FaultCase {
  const { fault, remainder } = faultCase;
  const endings: Partial<Record<Fault, readonly Ending[]>> = { F22: ["intact", "recorded"], F26: ["interrupted", "next_target"] };
  return { ...faultCase, endings: endings[fault] ?? faultCase.endings, remainder: remainder === PINGS ? PINGS : SEPARATOR };
}

function createCase(fault: Fault, stream: boolean): FaultCase {
  if (fault <= "F16") {
    const { options, waits = false } = BEFORE_ANSWER[fault] ?? {};
    const timerMs = waits ? (stream ? TTFT_MS : JSON_SHARE_MS) : 0;
    return create(fault, stream, { endings: ["next_target"], timerMs, ...(options === undefined ? {} : { options }) });
  }
  const within = (stream ? WITHIN_STREAM : WITHIN_JSON)[fault] ?? {};
  return create(fault, stream, within);
}

function create(fault: Fault, stream: boolean, within: Within): FaultCase {
  const { options = () => "", suffix = "", ...rest } = within;
  return {
    name: `${fault.toLowerCase()}-${stream ? "stream" : "json"}${suffix}`,
    fault,
    stream,
    behave: (draw) => fault + options(draw),
    endings: stream ? ["interrupted", "next_target"] : ["next_target"],
    remainder: SEPARATOR,
    timerMs: 0,
    totalSeconds: TOTAL_SECONDS,
    ttftMs: TTFT_MS,
    ...rest,
  };
}
