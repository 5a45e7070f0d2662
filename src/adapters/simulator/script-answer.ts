import type { AnswerBehaviour, Fault } from "./behaviour.ts";
import type { BodyScript } from "./play-body.ts";
import type { ChatEvents } from "./render-chat.ts";

const BROKEN_EVENT =
  'data: {"id":"chatcmpl-sim","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"br\n\n';

type End = BodyScript["end"];

/** How a stream's events arrive: a chunk a delta when they are paced, else one chunk up to the fault. */
export function scriptStream(events: ChatEvents, behaviour: AnswerBehaviour): BodyScript {
  const { firstDelayMs, intervalMs, fault } = behaviour;
  const { opening, deltas, ending } = fault === null ? events : damage(events, fault);
  const end = fault === null ? "close" : endOf(fault);
  if (intervalMs === 0) return { chunks: [[...opening, ...deltas, ...ending].join("")], firstDelayMs, intervalMs, end };
  // The frames around the deltas ride with the first and the last one: providers send them without a pause.
  const [first = "", ...others] = deltas;
  const chunks = [opening.join("") + first, ...others];
  chunks.push((chunks.pop() ?? "") + ending.join(""));
  return { chunks, firstDelayMs, intervalMs, end };
}

/** How a JSON body arrives. Its faults need no deltas: half of it comes, or all of it with one character wrong. */
export function scriptJson(body: string, behaviour: AnswerBehaviour): BodyScript {
  const { fault } = behaviour;
  const immediate = { firstDelayMs: 0, intervalMs: 0 };
  if (fault === null) return { chunks: [body], ...immediate, end: "close" };
  const damaged = fault.kind === "malformed" ? `${body.slice(0, -1)}]` : body.slice(0, Math.ceil(body.length / 2));
  return { chunks: [damaged], ...immediate, end: endOf(fault) };
}

function damage(events: ChatEvents, fault: Fault): ChatEvents {
  const before = events.deltas.slice(0, fault.afterDeltas);
  if (fault.kind !== "malformed") return { opening: events.opening, deltas: before, ending: [] };
  return { ...events, deltas: [...before, BROKEN_EVENT, ...events.deltas.slice(fault.afterDeltas)] };
}

function endOf(fault: Fault): End {
  switch (fault.kind) {
    case "stall":
      return "never";
    case "cut":
      return "error";
    case "truncated":
    case "malformed":
      return "close";
  }
}
