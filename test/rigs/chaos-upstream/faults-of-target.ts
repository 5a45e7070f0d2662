import type { Exchange } from "./exchange.ts";
import { contentHeaders, deliver, numberOf, sendFrames } from "./exchange.ts";
import { faultsBeforeAnswer } from "./faults-before-answer.ts";

const MS_PER_SECOND = 1_000;
const RAMP_FACTOR = 10;

/** F29–F34: each answer is a healthy one or one of F01–F28's, late or not; the state of its model says which. */
export const faultsOfTarget = {
  F29: (exchange: Exchange) => (isUp(exchange) ? deliver(exchange) : faultsBeforeAnswer.F10(exchange)),
  F30: (exchange: Exchange) => {
    const [baseMs, seconds] = [numberOf(exchange, "ms", 50), numberOf(exchange, "seconds", 60)];
    return deliverLate(exchange, baseMs * rampAt(exchange.elapsedMs / MS_PER_SECOND / seconds));
  },
  F31: (exchange: Exchange) => {
    const isSlow = exchange.model.draw() * 100 < numberOf(exchange, "share", 1);
    return isSlow ? deliverLate(exchange, numberOf(exchange, "ms", 5_000)) : deliver(exchange);
  },
  F32: async (exchange: Exchange) => {
    const limits = { slots: numberOf(exchange, "slots", 4), queue: numberOf(exchange, "queue", 4) };
    const leave = await exchange.model.capacity.enter(limits, exchange.reply.gone);
    if (leave === null) return faultsBeforeAnswer.F11(exchange);
    try {
      await serveIn(exchange, numberOf(exchange, "service", 100));
    } finally {
      leave();
    }
  },
  // The numbers themselves are bent where usage is written.
  F33: deliver,
  F34: (exchange: Exchange) => {
    const rotations = Math.floor(exchange.elapsedMs / (numberOf(exchange, "seconds", 30) * MS_PER_SECOND));
    const isAccepted = exchange.model.acceptedKey.accepts(exchange.credential, rotations);
    return isAccepted ? deliver(exchange) : faultsBeforeAnswer.F13(exchange);
  },
};

/** `@up` seconds (5) and `@down` seconds (5) by turns, up first. What has begun is not cut. */
function isUp(exchange: Exchange): boolean {
  const [up, down] = [numberOf(exchange, "up", 5), numberOf(exchange, "down", 5)];
  return (exchange.elapsedMs / MS_PER_SECOND) % (up + down) < up;
}

/** F30's latency, as a multiple of `@ms` (50): evenly from once to ten times within `@seconds` (60); there it stays. */
export function rampAt(progress: number): number {
  return 1 + (RAMP_FACTOR - 1) * Math.min(1, progress);
}

/** A JSON answer is late as a whole. A stream opens at once, without content: it is the content that is late. */
async function deliverLate(exchange: Exchange, latencyMs: number): Promise<void> {
  const { frames, reply, streams } = exchange;
  if (!streams) {
    await reply.pause(latencyMs);
    return deliver(exchange);
  }
  reply.head(200, contentHeaders(exchange));
  await sendFrames(exchange, frames.slice(0, 1));
  await reply.pause(latencyMs);
  await sendFrames(exchange, frames.slice(1));
  reply.end();
}

/** A stream is spread over the time that the answer takes; a JSON answer comes at its end. */
async function serveIn(exchange: Exchange, serviceMs: number): Promise<void> {
  const { frames, reply, streams } = exchange;
  if (!streams) return deliverLate(exchange, serviceMs);
  reply.head(200, contentHeaders(exchange));
  await sendFrames(exchange, frames, serviceMs / Math.max(frames.length - 1, 1));
  reply.end();
}
