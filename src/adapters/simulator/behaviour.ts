/** A defect of an answer that has begun. For streams, `afterDeltas` deltas arrive intact before it. */
export interface Fault {
  readonly kind: "stall" | "cut" | "truncated" | "malformed";
  readonly afterDeltas: number;
}

/** An answer with its timing: `firstDelayMs` before the first delta, `intervalMs` between deltas. */
export interface AnswerBehaviour {
  readonly kind: "answer";
  readonly serves: "chat" | "embeddings" | "both";
  readonly length: "short" | "long";
  readonly shape: "normal" | "empty" | "filtered";
  readonly firstDelayMs: number;
  readonly intervalMs: number;
  readonly fault: Fault | null;
}

/** What a model of the simulator does; the name says it all, see README.md. */
export type Behaviour =
  | AnswerBehaviour
  | { readonly kind: "refuse"; readonly status: number; readonly retryAfterSeconds: number | null }
  | { readonly kind: "exceed_context" }
  | { readonly kind: "exceed_quota" }
  | { readonly kind: "block" }
  | { readonly kind: "hang" }
  | { readonly kind: "unreachable" };

type ReadNumbers = (numbers: readonly number[]) => Behaviour | null;

const MODEL = /^sim-([a-z]+)(?:-(\d{1,6}))?(?:-(\d{1,6}))?$/;
const DELTAS_BEFORE_FAULT = 3;
const RATE_LIMIT_RETRY_AFTER_SECONDS = 1;

const BEHAVIOURS: ReadonlyMap<string, ReadNumbers> = new Map([
  ["small", without(answer({ serves: "chat" }))],
  ["large", without(answer({ serves: "chat", length: "long" }))],
  ["embed", without(answer({ serves: "embeddings" }))],
  ["pace", withOne((intervalMs) => answer({ intervalMs }))],
  ["slow", withOne((firstDelayMs) => answer({ firstDelayMs }))],
  ["empty", without(answer({ shape: "empty" }))],
  ["filter", without(answer({ shape: "filtered" }))],
  ["stall", faulty("stall")],
  ["cut", faulty("cut")],
  ["truncated", faulty("truncated")],
  ["malformed", faulty("malformed")],
  ["status", readStatus],
  ["context", without({ kind: "exceed_context" })],
  ["quota", without({ kind: "exceed_quota" })],
  ["blocked", without({ kind: "block" })],
  ["hang", without({ kind: "hang" })],
  ["unreachable", without({ kind: "unreachable" })],
]);

/** What the named model does; null for a name the simulator does not have. */
export function readBehaviour(model: string): Behaviour | null {
  const match = MODEL.exec(model);
  if (match === null) return null;
  const numbers = match.slice(2).flatMap((digits) => (digits === undefined ? [] : [Number(digits)]));
  return BEHAVIOURS.get(match[1] ?? "")?.(numbers) ?? null;
}

function answer(differences: Partial<AnswerBehaviour>): AnswerBehaviour {
  return {
    kind: "answer",
    serves: "both",
    length: "short",
    shape: "normal",
    firstDelayMs: 0,
    intervalMs: 0,
    fault: null,
    ...differences,
  };
}

function without(behaviour: Behaviour): ReadNumbers {
  return (numbers) => (numbers.length === 0 ? behaviour : null);
}

function withOne(build: (number: number) => Behaviour): ReadNumbers {
  return ([first, ...others]) => (first === undefined || others.length > 0 ? null : build(first));
}

function faulty(kind: Fault["kind"]): ReadNumbers {
  return (numbers) => (numbers.length > 1 ? null : answer({ fault: { kind, afterDeltas: numbers[0] ?? DELTAS_BEFORE_FAULT } }));
}

/** 3xx, 4xx and 5xx, without 304, which may not have a body. */
function readStatus([status, retryAfterSeconds]: readonly number[]): Behaviour | null {
  if (status === undefined || status < 300 || status > 599 || status === 304) return null;
  return {
    kind: "refuse",
    status,
    retryAfterSeconds: retryAfterSeconds ?? (status === 429 ? RATE_LIMIT_RETRY_AFTER_SECONDS : null),
  };
}
