import type { FailureClass } from "../../core/failure.ts";
import type { StreamReading } from "../../dialects/stream.ts";
import type { Settlement } from "./settle.ts";
import type { Ending } from "./usage-event.ts";

interface End {
  readonly callerLeft: boolean;
  readonly failure: FailureClass | null;
}

/** What is booked. A defect noticed after the terminator had passed is recorded, and is no failure. */
export function endingOf(reading: StreamReading, settlement: Settlement, { callerLeft, failure }: End): Ending {
  const usage = settlement.usageOf(reading.usage, reading.outputCharacters);
  if (callerLeft) return { outcome: "client_left", failure: null, usage };
  if (failure !== null) return { outcome: "failed", failure, usage };
  const isSound = reading.finished && reading.failure === null;
  return { outcome: "ok", failure: isSound ? null : "malformed", usage };
}
