import { mapConcurrently } from "../faults/lab.ts";
import { judgeStream } from "../judges/index.ts";
import type { UsageEvent } from "../../../src/ports/usage-sink.ts";
import { BACKEND_NAMES, BACKENDS, type BackendName, PLAIN_BACKENDS, wireOf } from "./backends.ts";
import { readBooked } from "./booked.ts";
import type { Caller } from "./callers/caller.ts";
import { CALLERS } from "./callers/index.ts";
import { type CrossingLab, ONCE, route, routesToEach, startCrossingLab } from "./lab.ts";
import { differs, type Finding } from "./pairs.ts";
import type { Reply } from "./scene.ts";
import { ask, type Sent } from "./send.ts";
import { inPieces, PLAIN, TEXT } from "./told.ts";

/** How much is run: faults after every event between the first content and the end, or after the first content alone. */
export interface EndingsOptions {
  readonly full: boolean;
}

/** Every list of findings is empty when the promises hold. */
export interface EndingsReport {
  readonly brokenStreams: number;
  /** Streams that broke after their first content and did not end in exactly one error event. */
  readonly endingFindings: readonly Finding[];
  /** Broken streams that were not booked as what they were. */
  readonly bookedFindings: readonly Finding[];
  readonly failovers: number;
  /** Faults before the first content that the caller noticed. */
  readonly failoverFindings: readonly Finding[];
}

/** What happens to a stream that has begun. */
type Fault = "cut" | "clean early end" | "malformed event" | "error event" | "silence" | "deadline";

const FAULTS: Readonly<Record<Fault, readonly string[]>> = {
  cut: ["stream_cut"],
  "clean early end": ["stream_cut"],
  "malformed event": ["malformed"],
  "error event": ["server_error", "overloaded"],
  silence: ["timeout_idle"],
  deadline: ["deadline"],
};
const FAULT_NAMES = Object.keys(FAULTS) as readonly Fault[]; // exactly the keys above

/** Waiting is most of it. */
const WIDTH = 32;
const DEADLINE_MS = 700;
const LIMITS = { timeouts: { ttft: "10s", idle: "300ms" } };
const EAGER = { timeouts: { ttft: "1s", idle: "1s" } };
/** What comes in one read with the first content is still noticed before it is sent. */
const PAUSE_MS = 60;

/** Every caller × every backend × every fault, after the first content and before it. */
export async function runCrossingEndings({ full }: EndingsOptions): Promise<EndingsReport> {
  const ways = PLAIN_BACKENDS.map((name, index) => ({
    name,
    other: PLAIN_BACKENDS[(index + 1) % PLAIN_BACKENDS.length] ?? name,
  }));
  const lab = await startCrossingLab(() => ({
    objects: [
      ...routesToEach("to", LIMITS),
      ...routesToEach("late", ONCE),
      ...ways.map(({ name, other }) => route(`${name}-or-other`, [name, other], EAGER)),
    ],
  }));
  try {
    const broken = await breakAfterContent(lab, full);
    const failover = await breakBeforeContent(lab);
    return { ...broken, ...failover };
  } finally {
    await lab.close();
  }
}

interface Break {
  readonly caller: Caller;
  readonly backend: BackendName;
  readonly fault: Fault;
  /** Events sent before it. */
  readonly position: number;
}

function describeBreak({ backend, caller, fault, position }: Break): string {
  return `${caller.name} → ${backend}, ${fault} after ${position} events`;
}

/** Events up to the first piece of the text, that included. */
function firstContent(backend: BackendName): number {
  const piece = JSON.stringify(inPieces(TEXT)[0]).slice(1, -1);
  return (
    wireOf(backend)
      .events(PLAIN)
      .findIndex((event) => event.includes(piece)) + 1
  );
}

/** Events before the first that says how the answer ends. */
function lastOpen(backend: BackendName): number {
  const { events } = wireOf(backend);
  const cut = events({ ...PLAIN, finish: "length" });
  return events(PLAIN).findIndex((event, index) => !event.equals(cut[index] ?? Buffer.alloc(0)));
}

function replyOf({ backend, fault, position }: Break): Reply {
  const { errorEvent, events, malformedEvent } = wireOf(backend);
  const sent = events(PLAIN).slice(0, position);
  switch (fault) {
    case "cut":
      return { kind: "stream", events: sent, ending: "cut" };
    case "clean early end":
      return { kind: "stream", events: sent, ending: "end" };
    case "malformed event":
      return { kind: "stream", events: [...sent, malformedEvent], ending: "hang", pauseMs: PAUSE_MS };
    case "error event":
      return { kind: "stream", events: [...sent, errorEvent], ending: "end", pauseMs: PAUSE_MS };
    case "silence":
    case "deadline":
      return { kind: "stream", events: sent, ending: "hang" };
  }
}

type BrokenReport = Pick<EndingsReport, "brokenStreams" | "endingFindings" | "bookedFindings">;

async function breakAfterContent(lab: CrossingLab, full: boolean): Promise<BrokenReport> {
  const breaks = CALLERS.flatMap((caller) =>
    BACKEND_NAMES.flatMap((backend) =>
      FAULT_NAMES.flatMap((fault) => positionsOf(backend, full).map((position): Break => ({ caller, backend, fault, position }))),
    ),
  );
  const heard = await mapConcurrently(breaks, WIDTH, async (one) => ({ one, sent: await hearBroken(lab, one) }));
  const booked = await readBooked(
    lab.router,
    heard.map(({ sent }) => idOf(sent)),
  );
  return {
    brokenStreams: breaks.length,
    endingFindings: heard.flatMap(({ one, sent }) => judgeEnding(one, sent).map((what) => `${describeBreak(one)}: ${what}`)),
    bookedFindings: heard.flatMap(({ one, sent }) =>
      judgeBooked(one, booked.get(idOf(sent))).map((what) => `${describeBreak(one)}: ${what}`),
    ),
  };
}

function positionsOf(backend: BackendName, full: boolean): readonly number[] {
  const [first, last] = [firstContent(backend), Math.max(firstContent(backend), lastOpen(backend))];
  return full ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [first];
}

function hearBroken(lab: CrossingLab, one: Break): Promise<Sent> {
  const { marker } = lab.upstream.stage({ [one.backend]: replyOf(one) });
  const headers = one.fault === "deadline" ? { "x-fairlead-timeout-ms": String(DEADLINE_MS) } : {};
  const model = one.fault === "deadline" ? `late-${one.backend}` : `to-${one.backend}`;
  return ask(lab.router, one.caller, { model, prompt: marker, stream: true, headers });
}

function idOf({ headers }: Sent): string {
  return headers["x-fairlead-request-id"] ?? "";
}

function judgeEnding({ backend, caller }: Break, { isWhole, status, text }: Sent): readonly string[] {
  if (status !== 200) return [`status ${status}: ${text.slice(0, 200)}`];
  const { errors, events, succeeds } = caller.ending(text);
  // Bytes that are passed on are the upstream's own.
  const isPassed = BACKENDS[backend].dialect === caller.name;
  return [
    ...differs("whole", isWhole, true),
    ...differs("error events", errors.length, 1),
    ...differs("the error's place", errors[0], events - 1),
    ...differs("success", succeeds, false),
    ...(isPassed ? [] : judgeStream({ surface: caller.name, text, outcome: "error" })),
  ];
}

function judgeBooked({ fault }: Break, event: UsageEvent | undefined): readonly string[] {
  if (event === undefined) return ["it was not booked"];
  const { failure, outcome } = event;
  const isRight = FAULTS[fault].includes(String(failure));
  return [...differs("outcome", outcome, "failed"), ...(isRight ? [] : [`it was booked as ${String(failure)}`])];
}

type FailoverPart = Pick<EndingsReport, "failovers" | "failoverFindings">;

/** Faults of a stream of which nothing has been sent; a refusal is one too. */
async function breakBeforeContent(lab: CrossingLab): Promise<FailoverPart> {
  const faults = FAULT_NAMES.filter((fault) => fault !== "deadline");
  const breaks = CALLERS.flatMap((caller) =>
    PLAIN_BACKENDS.flatMap((backend) =>
      faults.map((fault): Break => ({ caller, backend, fault, position: Math.max(0, firstContent(backend) - 1) })),
    ),
  );
  const findings = await mapConcurrently(breaks, WIDTH, async (one) => {
    const { marker, received } = lab.upstream.stage({ [one.backend]: replyOf(one) });
    const sent = await ask(lab.router, one.caller, { model: `${one.backend}-or-other`, prompt: marker, stream: true });
    const wrong = judgeFailover(one, sent);
    return [...wrong, ...differs("upstreams asked", received.length, 2)].map((what) => `${describeBreak(one)}: ${what}`);
  });
  return { failovers: breaks.length, failoverFindings: findings.flat() };
}

function judgeFailover({ caller }: Break, { headers, isWhole, status, text }: Sent): readonly string[] {
  if (status !== 200 || !isWhole) return [`status ${status}: ${text.slice(0, 200)}`];
  const { errors, succeeds } = caller.ending(text);
  return [
    ...differs("text", caller.read(caller.fold(text)).text, TEXT),
    ...differs("error events", errors.length, 0),
    ...differs("success", succeeds, true),
    ...differs("x-fairlead-attempts", headers["x-fairlead-attempts"], "2"),
    ...judgeStream({ surface: caller.name, text, outcome: "complete" }),
  ];
}
